//! ik_llama.cpp: one variant, for AVX2.

use std::path::{Path, PathBuf};

use quantmark_kernels::Backend;

use super::entry::Entry;
use super::error::OpenError;
use crate::ik_llama_cpp::{Far, NAME, Near, VARIANT, library};
use crate::implementation::Implementation;

/// ik_llama.cpp's entry.
pub struct IkLlamaCpp;

impl IkLlamaCpp {
    /// The library in the usual place, unless that of a worker's parent is named.
    fn library(&self, named: Option<&Path>) -> Result<PathBuf, OpenError> {
        let library = named.map_or_else(library, |path| Ok(path.to_owned()))?;
        if library.is_file() {
            return Ok(library);
        }
        let what = format!("{NAME} is not installed");
        Err(OpenError::NotInstalled { what, several: false, installs: self.installs() })
    }
}

impl Entry for IkLlamaCpp {
    fn name(&self) -> &'static str {
        NAME
    }

    /// It is measured beside the instructions that its package is built for, and beside stronger ones.
    fn variants(&self, backend: Backend) -> &'static [&'static str] {
        if ["avx2", "avx512"].contains(&backend.name()) { &[VARIANT] } else { &[] }
    }

    fn installs(&self) -> &'static str {
        "cargo xtask oracle install --with ik_llama.cpp"
    }

    fn is_installed(&self, _: Option<&Path>) -> bool {
        self.library(None).is_ok()
    }

    fn open(&self, libraries: Option<&Path>, _: &str) -> Result<Box<dyn Implementation>, OpenError> {
        Ok(Box::new(Near::new(self.library(libraries)?)))
    }

    /// Folders of libraries that are named are llama.cpp's.
    fn beside(&self, _: Option<&Path>, _: &str) -> Result<Box<dyn Implementation + Sync>, OpenError> {
        Ok(Box::new(Far::new(self.library(None)?)?))
    }
}
