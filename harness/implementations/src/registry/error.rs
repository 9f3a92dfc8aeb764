//! Why an implementation cannot be opened.

use std::io;

use quantmark_fault::{Blame, Fault};
use quantmark_packages::FetchError;

use crate::llama_cpp::OracleError;

/// What keeps an implementation from being opened: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no implementation of the name.
    #[error("{name}: expected one of {}", known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Its libraries are not here.
    #[error("{what}; `{installs}` fetches {}", if *several { "them" } else { "it" })]
    NotInstalled {
        /// What is not where.
        what: String,
        /// Whether that is several things.
        several: bool,
        /// The command that installs it.
        installs: &'static str,
    },
    /// Its libraries do not open.
    #[error(transparent)]
    Libraries(OracleError),
    /// The variant is not there, or not for this machine.
    #[error(transparent)]
    Variant(OracleError),
    /// No folder is known where it could be.
    #[error(transparent)]
    Folder(#[from] FetchError),
    /// A backend of ours, or the emulator of one, that this machine lacks.
    #[error("{0}")]
    Machine(String),
    /// The system does not say where this program is.
    #[error("the program cannot find itself: {0}")]
    NoProgram(#[from] io::Error),
}

impl Blame for OpenError {
    fn fault(&self) -> Fault {
        match self {
            Self::Unknown { .. } | Self::Variant(_) => Fault::Usage,
            Self::NotInstalled { .. }
            | Self::Libraries(_)
            | Self::Folder(_)
            | Self::Machine(_)
            | Self::NoProgram(_) => Fault::Environment,
        }
    }
}
