//! Every GGUF quantization format on every backend: quantize, dequantize, dot, matvec, matmul. No I/O, no threads.

pub mod backend;
pub mod block;
pub mod family;
pub mod format;
pub mod formats;
mod kernel_set;
pub mod layout;
pub mod numeric;
mod registry;
mod scalar;

pub use backend::{Available, Backend};
pub use format::{Format, FormatSpec, Importance, PrecisionClass, SPECS};
pub use kernel_set::{KernelError, Kernels, MatmulShape, Operation, Registered};
pub use registry::{dequantize_exact, dequantize_magnitude, kernels};
