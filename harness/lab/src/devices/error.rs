//! Why a device cannot be used.

use std::io;

use quantmark_fault::{Blame, Fault};
use quantmark_reference::DataError;

use crate::toolchain::ToolchainError;

/// What is wrong with a device that is asked for: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// There is no device or board of the name.
    #[error("--device {name}: no such device; expected one of {}", known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A lab file is none.
    #[error("{path}: {problem}")]
    LabFile {
        /// The file, as it may be shown.
        path: String,
        /// Where and what.
        problem: String,
    },
    /// A host's name is none.
    #[error("--host {0}")]
    Host(String),
    /// The device cannot run here.
    #[error("{device} cannot run here: {}; {remedy}", tried.join("; "))]
    CannotRun {
        /// The device.
        device: String,
        /// What is missing for each way of running it.
        tried: Vec<String>,
        /// What helps.
        remedy: String,
    },
    /// The system does not say where this program is.
    #[error("this program: {0}")]
    NoProgram(io::Error),
    /// The program cannot be built for the device.
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    /// There are no reference data to take there.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Blame for DeviceError {
    fn fault(&self) -> Fault {
        match self {
            Self::Unknown { .. } | Self::LabFile { .. } | Self::Host(_) | Self::Data(_) => Fault::Usage,
            Self::CannotRun { .. } | Self::NoProgram(_) | Self::Toolchain(_) => Fault::Environment,
        }
    }
}
