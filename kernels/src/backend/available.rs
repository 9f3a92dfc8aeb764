//! The proof that a machine has a backend.

use std::fmt;

use super::tier::{Backend, Hardware};

/// Why a backend of another architecture is missing.
const NOT_BUILT: &str = "no kernel of this backend is built into this program";

impl Backend {
    /// Asks the machine for the backend.
    ///
    /// # Errors
    /// What is missing, for people to read.
    pub fn detect(self) -> Result<Available, Unavailable> {
        match missing(self) {
            None => Ok(Available(self)),
            Some(reason) => Err(Unavailable { backend: self, reason }),
        }
    }
}

/// What this machine lacks for a backend; `None` where it lacks nothing.
fn missing(backend: Backend) -> Option<&'static str> {
    let tier = backend.tier();
    match tier.hardware {
        Hardware::Gpu(missing) => missing(),
        Hardware::Cpu(architecture) if architecture != std::env::consts::ARCH => Some(NOT_BUILT),
        Hardware::Cpu(_) | Hardware::AnyCpu => {
            tier.features.iter().find(|feature| !feature.is_detected()).map(|feature| feature.lacking())
        }
    }
}

/// A backend that this machine has; only [`Backend::detect`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Available(Backend);

impl Available {
    /// The preferred one of the CPU's backends that this machine has and that need no more features than `limit`.
    pub fn strongest(limit: Option<Backend>) -> Self {
        let within = Backend::within(limit).into_iter();
        within.filter_map(|backend| backend.detect().ok()).next().expect("every machine has the scalar backend")
    }

    /// Which backend it is.
    pub const fn backend(self) -> Backend {
        self.0
    }
}

/// A backend that this machine or this build lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// The backend asked for.
    pub backend: Backend,
    /// What is missing.
    pub reason: &'static str,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "backend {} is not available: {}", self.backend, self.reason)
    }
}

impl std::error::Error for Unavailable {}
