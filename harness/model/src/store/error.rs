//! What goes wrong when a model is looked up by name.

use std::path::Path;

use quantmark_fault::{Blame, Fault};
use quantmark_files::shown::shown_path;
use quantmark_packages::error::FetchError;

/// Why a name gives no model: each prints as one line.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was not fetched yet.
    #[error("{0} is not here; `models fetch {0}` gets it")]
    NotFetched(String),
    /// There is no such file and no such name.
    #[error("{path}: {reason}; expected a path, ollama:NAME[:TAG], or one of {}", names.join(", "))]
    NoModel {
        /// The name, as it may be shown.
        path: String,
        /// What is there instead.
        reason: &'static str,
        /// The names of the catalogue.
        names: Vec<String>,
    },
    /// Ollama's store does not have it whole.
    #[error("{name}: {problem}")]
    Ollama {
        /// The name, as it may be shown.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// No folder is known where Ollama keeps models.
    #[error("neither OLLAMA_MODELS nor HOME is set")]
    NoOllama,
    /// It cannot be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

impl StoreError {
    pub(super) fn no_model(path: &Path, reason: &'static str, names: Vec<String>) -> Self {
        Self::NoModel { path: shown_path(path), reason, names }
    }

    pub(super) fn ollama(name: &str, at: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Ollama { name: name.to_owned(), problem: format!("{}: {reason}", shown_path(at)) }
    }
}

impl Blame for StoreError {
    fn fault(&self) -> Fault {
        match self {
            Self::NoOllama | Self::Fetch(_) => Fault::Environment,
            Self::NotFetched(_) | Self::NoModel { .. } | Self::Ollama { .. } => Fault::Usage,
        }
    }
}
