//! Which exit code the errors of the libraries become.

use super::exit::{Exit, Failure};
use crate::conformance::ConformanceError;
use crate::cost::CostError;
use crate::devices::DeviceError;
use crate::fetch_error::FetchError;
use crate::model_store::StoreError;
use crate::reference::DataError;
use crate::runner::RunnerError;
use crate::speed::SpeedError;
use crate::toolchain::ToolchainError;

/// Errors that are all of one kind.
macro_rules! all_are {
    ($exit:ident: $($error:ty),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self { exit: Exit::$exit, message: error.to_string() }
            }
        })+
    };
}

all_are!(Environment: CostError, FetchError, RunnerError, ToolchainError);
all_are!(Usage: DataError);

impl From<ConformanceError> for Failure {
    fn from(error: ConformanceError) -> Self {
        match error {
            ConformanceError::NoProgram(_) => Self::environment(error),
            _ => Self::usage(error),
        }
    }
}

impl From<DeviceError> for Failure {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Unknown { .. } | DeviceError::LabFile { .. } | DeviceError::Host(_) | DeviceError::Data(_) => {
                Self::usage(error)
            }
            DeviceError::CannotRun { .. } | DeviceError::NoProgram(_) | DeviceError::Toolchain(_) => {
                Self::environment(error)
            }
        }
    }
}

impl From<SpeedError> for Failure {
    fn from(error: SpeedError) -> Self {
        match error {
            SpeedError::NoSamples => Self::nothing_ran(error),
            _ => Self::environment(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoOllama | StoreError::Fetch(_) => Self::environment(error),
            StoreError::NotFetched(_) | StoreError::NoModel { .. } | StoreError::Ollama { .. } => Self::usage(error),
        }
    }
}
