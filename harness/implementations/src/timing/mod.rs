//! What is timed: an operation of one format on data that is ready, and whoever repeats it.

mod data;
mod placed;
mod task;
mod timed;

pub use data::Data;
pub use placed::{Placed, Role};
pub use task::Task;
pub use timed::{Timed, Work};
