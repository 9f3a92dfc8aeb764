//! Unquantized numbers, in registers of any width.

mod format;
mod kernel;
mod rows;
mod tile;

pub(crate) use format::{FloatLanes, Floats};
pub(crate) use kernel::FloatKernel;
