//! GGUF, the container of models and of reference files: reading in place, every length checked before it is used, and
//! writing whole files.
//!
//! Layout (little-endian): magic `GGUF`, version u32, tensor count u64, key count u64, the keys with typed values, the
//! tensor table (name, dimensions, type, offset), padding to the alignment, tensor data. Source: ggml `docs/gguf.md`.

mod cursor;
mod error;
mod exercise;
mod file;
pub mod hostile;
mod map;
mod tensor;
mod types;
mod value;
mod writer;

pub use error::GgufError;
pub use exercise::exercise;
pub use file::GgufFile;
pub use tensor::{Tensor, TensorInfo};
pub use types::{StorageType, removed_type, storage_type};
pub use value::{Array, Value, ValueType};
pub use writer::{GgufWriter, Source};

/// The first four bytes of every file.
pub const MAGIC: [u8; 4] = *b"GGUF";

/// Alignment of tensor data where the file does not say otherwise.
pub const DEFAULT_ALIGNMENT: u64 = 32;

/// The key that says otherwise.
pub const ALIGNMENT_KEY: &str = "general.alignment";

/// Dimensions a tensor has at most.
pub const MAX_DIMENSIONS: usize = 4;

/// Bytes that llama.cpp reads of a tensor's name at most (its `GGML_MAX_NAME` counts the closing zero).
pub const MAX_NAME: usize = 63;
