//! What is wrong with a file: one line with the file, the place and what was expected.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

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

/// A path as typed, control characters escaped: the name of a file may be as untrusted as its content.
pub fn shown_path(path: &Path) -> String {
    let escape = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
    path.to_string_lossy().chars().map(escape).collect()
}

/// An untrusted name, fit for a terminal: in backquotes, control characters escaped, long ones cut.
pub fn shown(name: &str) -> String {
    format!("`{}`", shown_text(name, 80))
}

/// Untrusted text, fit for a terminal: at most `longest` characters of it, those that do not print escaped.
pub fn shown_text(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).flat_map(char::escape_debug).collect();
    if text.chars().nth(longest).is_some() {
        shown.push_str("...");
    }
    shown
}
