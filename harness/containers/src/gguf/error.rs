//! What is wrong with a file: one line with the file, the place and what was expected.

use std::fmt;
use std::io;
use std::path::PathBuf;

use quantmark_files::shown::shown_path;

/// Why a file cannot be read or written.
#[derive(Debug)]
pub enum GgufError {
    /// The system refuses.
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The bytes are not what the format says.
    Invalid {
        /// The file.
        path: PathBuf,
        /// Byte offset in the file.
        offset: u64,
        /// What was found and what was expected.
        message: String,
    },
    /// A key or a tensor that the reader needs is not there, or is of another type.
    Content {
        /// The file.
        path: PathBuf,
        /// What was expected.
        message: String,
    },
}

impl fmt::Display for GgufError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "{}: {source}", shown_path(path)),
            Self::Invalid { path, offset, message } => write!(f, "{}: byte {offset}: {message}", shown_path(path)),
            Self::Content { path, message } => write!(f, "{}: {message}", shown_path(path)),
        }
    }
}

impl std::error::Error for GgufError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Invalid { .. } | Self::Content { .. } => None,
        }
    }
}

/// A fault at a place, before the file's name is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) offset: u64,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(offset: u64, message: impl Into<String>) -> Self {
        Self { offset, message: message.into() }
    }
}
