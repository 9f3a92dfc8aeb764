//! Why a file cannot be generated.

use quantmark_implementations::llama_cpp::OracleError;

/// Why a codebook cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum CodebookError {
    /// The library refused.
    #[error(transparent)]
    Oracle(#[from] OracleError),
    /// A decoded number is no level of a codebook.
    #[error("{format} decodes a point of its codebook to {decoded}, which is no level")]
    Level {
        /// The format.
        format: quantmark_kernels::Format,
        /// What came out.
        decoded: f32,
    },
    /// More levels than a packed code has room for.
    #[error("{format} has {levels} levels")]
    Levels {
        /// The format.
        format: quantmark_kernels::Format,
        /// How many.
        levels: usize,
    },
}
