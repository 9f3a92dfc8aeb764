//! Why nothing can be checked.

use std::io;
use std::path::PathBuf;

use quantmark_fault::{Blame, Fault};
use quantmark_reference::DataError;

/// What keeps cases from being run: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// A filter is no glob, or a reference file is none.
    #[error("{0}")]
    Asked(String),
    /// A folder of reference files cannot be read.
    #[error("{}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder holds no reference files.
    #[error("{}: no reference files (*.gguf) there", .0.display())]
    NoFiles(PathBuf),
    /// There are no reference data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Workers cannot be started.
    #[error("the program cannot find itself: {0}")]
    NoProgram(io::Error),
}

impl Blame for ConformanceError {
    fn fault(&self) -> Fault {
        match self {
            Self::NoProgram(_) => Fault::Environment,
            Self::Asked(_) | Self::Folder { .. } | Self::NoFiles(_) | Self::Data(_) => Fault::Usage,
        }
    }
}
