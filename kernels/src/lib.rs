//! Every GGUF quantization format on every backend: quantize, dequantize, dot, matvec, matmul. No I/O, no threads.
//!
//! ```
//! use quantmark_kernels::{Backend, Format, kernels};
//!
//! let scalar = Backend::Scalar.detect()?;
//! let weights = kernels(Format::Q5_K, scalar).expect("scalar has every format");
//! let activations = kernels(Format::Q8_K, scalar).expect("scalar has every format");
//!
//! let row = [0.25; 512];
//! let mut blocks = vec![0; Format::Q5_K.row_bytes(512).expect("two super-blocks")];
//! weights.quantize(&row, &mut blocks)?;
//! let mut activation = vec![0; Format::Q8_K.row_bytes(512).expect("two super-blocks")];
//! activations.quantize(&row, &mut activation)?;
//! let dot = weights.dot(512, &blocks, &activation)?;
//! assert!((dot - 32.0).abs() < 0.1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | module | holds |
//! |---|---|
//! | [`format`](mod@format) | [`Format`], a family and a number in it, and what is fixed about one |
//! | [`families`] | the list of families, a folder each: a row a format, nothing by default; [`SPECS`] |
//! | [`layout`] | how data lie: planes, and the fields of a block, byte by byte |
//! | `planes` | [`Planes`]: the bytes of each plane, as kernels take them |
//! | [`activation`] | the blocks that activations are quantized to for a product |
//! | [`formats`] | a folder a format: its block, and a file a backend with its kernels |
//! | [`codec`] | what formats share: codebooks, scales, the searches of quantizers |
//! | [`numeric`] | little-endian numbers, the rounding rules, the arithmetics of decoding |
//! | [`backend`] | [`Backend`], a row of the table of tiers, and [`Available`], the proof that a machine has it |
//! | [`metal`] | shaders of every format for Apple GPUs, and how they are launched |
//! | `registry` | the one list of formats and backends |
//! | `kernel_set` | [`Kernels`]: operations with checked lengths |
//!
//! `NUMERICS.md` is the numeric contract, `FORMATS.md` the table of formats, fields and kernels.
//!
//! # Adding a format
//!
//! 1. `families/FAMILY/rows.rs`: its row.
//! 2. `families/FAMILY/fields.rs`: the fields of its block.
//! 3. `formats/NAME/mod.rs`: the block, drawn, with `assert_layout!` and its source.
//! 4. `formats/NAME/scalar.rs`: `impl Scalar for Kernel`; decoding is written once for every arithmetic.
//! 5. `registry.rs`: its line. Whatever is missing does not compile or fails `registry_complete`.
//!
//! # Adding a family
//!
//! A folder in `families/` with its rows and what is its own, and its line in `families/mod.rs`. `docs` of the repository
//! says how other ecosystems' data are planes: `formats-families-planes.md`.
//!
//! # Adding a backend
//!
//! 1. `backend/tier.rs`: its row; `backend/feature.rs`: CPU features that no other backend needs.
//! 2. `simd/ISA`: its primitives, with all of its `unsafe`.
//! 3. `formats/*/ISA.rs`: unpacking, 10 to 40 lines a format.
//! 4. `registry.rs`: its name in the lines of the formats that have it. A missing kernel is a visible hole; no backend
//!    steps in for another.
//! 5. `cargo xtask conform --backend NAME` must hold.

#[cfg(not(target_endian = "little"))]
compile_error!("quantmark-kernels is for little-endian machines: see NUMERICS.md");

pub mod activation;
pub mod backend;
mod baseline;
pub mod block;
pub mod codec;
pub mod families;
pub mod format;
pub mod formats;
mod kernel_set;
pub mod layout;
pub mod metal;
pub mod numeric;
mod operation;
mod planes;
mod product;
mod registry;
mod scalar;
mod simd;

pub use backend::{Available, Backend};
pub use families::{SPECS, ggml};
pub use format::{Family, Format, FormatSpec, Importance, PrecisionClass};
pub use kernel_set::{KernelError, Kernels};
pub use operation::{MatmulShape, Operation};
pub use planes::{Planes, PlanesMut};
pub use registry::{Registered, calls, dequantize_exact, dequantize_magnitude, kernels, listed, strongest};
