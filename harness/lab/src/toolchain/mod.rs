//! Building the program for another target: which compiler here can, and doing it.

mod compiler;
mod error;
mod repository;

pub use compiler::{Compiler, find, standard_library};
pub use error::ToolchainError;
pub use repository::repository;
