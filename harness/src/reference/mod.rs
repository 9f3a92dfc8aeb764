//! What is right: llama.cpp's own libraries, and the files that hold what they answered.

pub mod builds;
mod data;
pub mod file;
pub mod generate;
pub mod generator;
pub mod ik_llama;
pub mod install;
pub mod oracle;

pub use data::{DataError, reference_data};
