//! What can go wrong while a shader is compiled and run.

use std::io;

use crate::translate::Untranslatable;

/// Why a shader did not do what it was asked; for people to read.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It cannot become C++.
    #[error(transparent)]
    Untranslatable(#[from] Untranslatable),
    /// clang refuses it.
    #[error("{step}:\n{messages}")]
    Compiler {
        /// What was being done.
        step: &'static str,
        /// What clang says.
        messages: String,
    },
    /// It broke a rule while it ran.
    #[error("{0}")]
    Shader(String),
    /// The system does not do its part.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: String,
        /// What came of it.
        error: io::Error,
    },
}

impl Failure {
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |error| Self::System { what, error }
    }
}
