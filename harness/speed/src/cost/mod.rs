//! What a dot product costs where nothing can be timed: instructions executed under QEMU, ours and the reference's.
//!
//! The program runs in the emulator as a worker, which repeats each product and marks where it begins and ends; QEMU
//! logs every translated block and every execution of one, and [`log::Counter`] adds them up between the marks. A
//! product is repeated so many times and then twice as often: the difference leaves out what starting costs.

mod error;
mod log;
mod measure;
mod product;
mod table;

pub use error::CostError;
pub use log::{Counter, Mark};
pub use measure::costs;
pub use product::{COLS, Cost};
pub use table::{Document, markdown, text};
