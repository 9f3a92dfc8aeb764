//! Whose timings ours are compared with.

use std::path::{Path, PathBuf};

use quantmark_implementations::registry::{self, Beside, OpenError};
use quantmark_implementations::{Implementation, Receipt};
use quantmark_kernels::Backend;

/// An implementation of others, opened beside each backend that is timed.
pub struct Against {
    #[cfg_attr(
        not(target_vendor = "apple"),
        expect(dead_code, reason = "only GPUs are timed beside libraries that are opened anew")
    )]
    libraries: Option<PathBuf>,
    beside: Beside,
}

impl Against {
    /// Opens the implementation of a name beside backends: the variant that is named, or the one for the instructions
    /// that each uses.
    ///
    /// # Errors
    /// There is no such implementation, it is not installed, or the variant does not open.
    pub fn open(
        name: &str,
        variant: Option<&str>,
        libraries: Option<&Path>,
        backends: &[Backend],
    ) -> Result<Self, OpenError> {
        let beside = registry::beside(registry::entry(name)?, libraries, variant, backends)?;
        Ok(Self { libraries: libraries.map(Path::to_owned), beside })
    }

    /// What is timed beside a backend, where there is something.
    pub fn of(&self, backend: Backend) -> Option<&(dyn Implementation + Sync)> {
        self.beside.iter().find(|(of, _)| *of == backend).map(|(_, implementation)| implementation.as_ref())
    }

    /// What is timed, for the record.
    pub fn receipts(&self) -> impl Iterator<Item = Receipt> + '_ {
        self.beside.iter().map(|(_, implementation)| implementation.receipt())
    }

    /// The folder of llama.cpp's libraries, for the GPU.
    #[cfg(target_vendor = "apple")]
    pub fn llama_cpp(&self) -> Option<PathBuf> {
        use quantmark_implementations::llama_cpp::install::{directory, host_platform};
        directory(self.libraries.as_deref(), host_platform()).ok()
    }
}
