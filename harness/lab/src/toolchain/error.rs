//! Why the program cannot be built for another target.

use std::io;

use quantmark_fault::{Blame, Fault};

/// What is missing or went wrong: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// The compiler or the linker is not here.
    #[error("{0}; `cargo xtask doctor` says what installs it")]
    Missing(String),
    /// The sources are not here.
    #[error(
        "the program for the device is built from the repository, which is not here; run `cargo xtask` in it, or name a \
         program with --program"
    )]
    NoRepository,
    /// Cargo does not start.
    #[error("{cargo}, which builds for {target}: {source}")]
    Cargo {
        /// The program.
        cargo: String,
        /// The target triple.
        target: String,
        /// What the system said.
        source: io::Error,
    },
    /// The sources do not build for the target triple.
    #[error("quantmark does not build for {0}")]
    Build(String),
    /// The system does not say where the working folder is.
    #[error("the target folder: {0}")]
    Folder(io::Error),
}

impl Blame for ToolchainError {
    fn fault(&self) -> Fault {
        Fault::Environment
    }
}
