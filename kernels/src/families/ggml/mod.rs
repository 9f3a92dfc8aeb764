//! ggml's formats, the tensor types of GGUF: each is one plane of blocks.

mod fields;
mod rows;
mod type_id;

pub use rows::FAMILY;
pub use type_id::{from_type_id, type_id};
