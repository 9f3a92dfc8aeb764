//! Why instructions cannot be counted.

use quantmark_fault::{Blame, Fault};
use quantmark_kernels::KernelError;

/// What keeps products from being counted: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum CostError {
    /// The emulator does not run the program to its end, or its log is none.
    #[error("{emulator}: {problem}")]
    Emulator {
        /// Its words, or its name.
        emulator: String,
        /// What went wrong.
        problem: String,
    },
    /// The log lacks a point of the worker's way.
    #[error("QEMU's log lacks the mark {0}")]
    NoMark(String),
    /// Threads cannot be started.
    #[error(transparent)]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A kernel refuses the shape.
    #[error(transparent)]
    Kernel(#[from] KernelError),
}

impl Blame for CostError {
    fn fault(&self) -> Fault {
        Fault::Environment
    }
}
