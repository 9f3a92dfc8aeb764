//! Why something cannot be timed.

use quantmark_fault::{Blame, Fault};
use quantmark_implementations::Refusal;
use quantmark_kernels::{Backend, Format, KernelError, Operation};
use quantmark_model::network::UnknownToken;

/// What keeps a timing from being taken: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum SpeedError {
    /// Threads cannot be started.
    #[error(transparent)]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A kernel refuses the shape.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// A backend has no such kernel.
    #[error("backend {backend} has no {operation} kernel for {format}")]
    NoKernel {
        /// The backend.
        backend: Backend,
        /// The operation.
        operation: Operation,
        /// The format.
        format: Format,
    },
    /// No samples were asked for.
    #[error("no samples were asked")]
    NoSamples,
    /// A token that the model does not have.
    #[error(transparent)]
    Token(#[from] UnknownToken),
    /// The other side refuses the model or a token.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The GPU does not do it.
    #[error("{0}")]
    Gpu(String),
}

impl Blame for SpeedError {
    fn fault(&self) -> Fault {
        match self {
            Self::NoSamples => Fault::NothingRan,
            _ => Fault::Environment,
        }
    }
}
