//! What a dot product costs where nothing can be timed: instructions executed under QEMU, ours and the reference's.
//!
//! The program runs in the emulator as [`worker`], which repeats each product and marks where it begins and ends; QEMU
//! logs every translated block and every execution of one, and [`log::Counter`] adds them up between the marks. A
//! product is repeated so many times and then twice as often: the difference leaves out what starting costs.

mod error;
mod log;
mod measure;
mod table;
mod worker;

pub use error::CostError;
pub use log::{Counter, Mark};
pub use measure::{Cost, costs};
pub use table::{Document, markdown, text};
pub use worker::{COMMAND as WORKER_COMMAND, worker};

/// Weights of the row that is multiplied.
pub const COLS: u64 = 4096;

/// Repetitions of the shorter of two counts.
const REPETITIONS: u64 = 64;
