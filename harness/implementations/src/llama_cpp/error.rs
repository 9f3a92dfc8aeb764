//! What can go wrong with the libraries.

use std::path::PathBuf;

use quantmark_kernels::Format;

/// Why the oracle cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum OracleError {
    /// The library does not open or lacks a symbol.
    #[error("{}: {source}", path.display())]
    Load {
        /// The library.
        path: PathBuf,
        /// The loader's words.
        source: libloading::Error,
    },
    /// The library says that this CPU cannot run it.
    #[error("{}: built for a CPU with features that this one lacks", path.display())]
    Incapable {
        /// The library.
        path: PathBuf,
    },
    /// The library lays a format out differently, so that it is not the pinned version.
    #[error("{}: {format} has {got} bytes a block there, {expected} here", path.display())]
    Layout {
        /// The library.
        path: PathBuf,
        /// The format.
        format: Format,
        /// Bytes a block by our table.
        expected: usize,
        /// Bytes a block by the library's.
        got: usize,
    },
    /// The library has no such function for the format.
    #[error("llama.cpp has no {operation} for {format}")]
    Unsupported {
        /// The format.
        format: Format,
        /// What was asked for.
        operation: &'static str,
    },
    /// A buffer of the wrong length.
    #[error("{buffer} has length {got}, expected {expected}")]
    Length {
        /// Which buffer.
        buffer: &'static str,
        /// Length it must have.
        expected: usize,
        /// Length it has.
        got: usize,
    },
}

pub(super) fn check_length(buffer: &'static str, expected: usize, got: usize) -> Result<(), OracleError> {
    if expected == got { Ok(()) } else { Err(OracleError::Length { buffer, expected, got }) }
}
