//! What can be wrong with a record.

use std::io;
use std::path::{Path, PathBuf};

use quantmark_files::shown::one_line;
use thiserror::Error;

/// Why a record cannot be read, written or resumed. Each prints as one line that names the file.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The record.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is not what a record holds there.
    #[error("{}: line {line}: {problem}", path.display())]
    Line {
        /// The record.
        path: PathBuf,
        /// The line's number, from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A result that a record must not hold was to be written.
    #[error("{}: refused to write a line: {problem}", path.display())]
    Refused {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The record to resume is of another run.
    #[error("{}: cannot be resumed: {what} was {was}, is now {now}", path.display())]
    OtherRun {
        /// The record.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// Its value in the record.
        was: String,
        /// Its value now.
        now: String,
    },
    /// A new record was to begin where there is a file.
    #[error("{}: there is a record already; --resume goes on with it, another --out begins anew", path.display())]
    Exists {
        /// The record.
        path: PathBuf,
    },
    /// Another process is writing the record.
    #[error("{}: another run is writing this record", path.display())]
    Busy {
        /// The record.
        path: PathBuf,
    },
}

impl RecordError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_owned(), source }
    }

    pub(super) fn line(path: &Path, line: u64, problem: &str) -> Self {
        Self::Line { path: path.to_owned(), line, problem: one_line(problem) }
    }

    pub(super) fn refused(path: &Path, problem: &str) -> Self {
        Self::Refused { path: path.to_owned(), problem: one_line(problem) }
    }
}
