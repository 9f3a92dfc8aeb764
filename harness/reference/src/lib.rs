//! What is expected: files that hold what llama.cpp's libraries answered, and the generator of what they were asked.

mod data;
pub mod file;
pub mod generate;
pub mod generator;

pub use data::{DataError, reference_data};
