//! llama.cpp: a variant is a build for a generation of CPUs.

use std::path::{Path, PathBuf};

use quantmark_kernels::Backend;

use super::entry::Entry;
use super::error::OpenError;
use crate::implementation::Implementation;
use crate::llama_cpp::builds::builds;
use crate::llama_cpp::install::{directory, host_platform};
use crate::llama_cpp::{CpuVariant, LlamaCppBuild, NAME, Oracle};

/// llama.cpp's entry.
pub struct LlamaCpp;

impl LlamaCpp {
    fn build(&self, libraries: Option<&Path>, variant: &str) -> Result<LlamaCppBuild, OpenError> {
        let folder = self.folder(libraries)?;
        let base = Oracle::open(&folder).map_err(OpenError::Libraries)?;
        let cpu = CpuVariant::open(&folder, variant).map_err(OpenError::Variant)?;
        Ok(LlamaCppBuild::new(base, cpu))
    }

    fn folder(&self, libraries: Option<&Path>) -> Result<PathBuf, OpenError> {
        let folder = directory(libraries, host_platform())?;
        if folder.is_dir() {
            return Ok(folder);
        }
        let what = format!("llama.cpp's libraries are not in {}", folder.display());
        Err(OpenError::NotInstalled { what, several: true, installs: self.installs() })
    }
}

impl Entry for LlamaCpp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn variants(&self, backend: Backend) -> &'static [&'static str] {
        builds(backend)
    }

    fn installs(&self) -> &'static str {
        "cargo xtask oracle install"
    }

    fn is_installed(&self, libraries: Option<&Path>) -> bool {
        self.folder(libraries).is_ok()
    }

    fn open(&self, libraries: Option<&Path>, variant: &str) -> Result<Box<dyn Implementation>, OpenError> {
        Ok(Box::new(self.build(libraries, variant)?))
    }

    fn beside(&self, libraries: Option<&Path>, variant: &str) -> Result<Box<dyn Implementation + Sync>, OpenError> {
        Ok(Box::new(self.build(libraries, variant)?))
    }
}
