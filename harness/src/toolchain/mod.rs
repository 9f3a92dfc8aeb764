//! Building the program for another target: which compiler here can, and doing it.

mod compiler;
mod repository;

pub use compiler::{Compiler, find};
pub use repository::repository;
