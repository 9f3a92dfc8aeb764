//! What goes wrong when something is fetched.

use std::fmt::Display;
use std::io;
use std::path::Path;

use quantmark_fault::{Blame, Fault};

/// Why a package is not here: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no folder to keep it in.
    #[error("neither XDG_CACHE_HOME nor HOME is set")]
    NoHome,
    /// The client of the registry does not start.
    #[error("{client}, which fetches packages, does not start: {source}")]
    Client {
        /// The program.
        client: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The client ran, and did not fetch the package.
    #[error("{command} {problem}")]
    Package {
        /// The command: `npm pack NAME@VERSION`.
        command: String,
        /// What the client said, or that it left no file.
        problem: String,
    },
    /// What was fetched is not what is pinned.
    #[error("{what}: SHA-256 is {found}, expected {expected}")]
    Checksum {
        /// The package or file.
        what: String,
        /// Its digest in hex.
        found: String,
        /// The pinned digest.
        expected: String,
    },
    /// Nothing is pinned for this platform.
    #[error("{0}")]
    Platform(String),
    /// A file or folder of this machine, or a member of an archive.
    #[error("{what}: {reason}")]
    File {
        /// The file.
        what: String,
        /// What the system or the archive said.
        reason: String,
    },
}

impl FetchError {
    /// A file or folder of this machine.
    pub fn file(path: &Path, reason: impl Display) -> Self {
        Self::File { what: path.display().to_string(), reason: reason.to_string() }
    }

    /// A client that ran and failed; `reason` is the line of what it said that tells why.
    pub fn failed(command: String, reason: Option<&str>) -> Self {
        Self::Package { command, problem: format!("failed: {}", reason.unwrap_or("it says nothing")) }
    }

    /// A client that ran well and left no file.
    pub fn no_file(command: String) -> Self {
        Self::Package { command, problem: "left no file".to_owned() }
    }
}

impl Blame for FetchError {
    fn fault(&self) -> Fault {
        Fault::Environment
    }
}
