//! Building the program for another target: which compiler here can, and doing it.

mod compiler;
mod repository;

pub use compiler::{Compiler, find, standard_library};
pub use repository::repository;
