//! The files that hold tensors: read in place, every length checked before it is used, and written whole. One module
//! a container.

pub mod gguf;
