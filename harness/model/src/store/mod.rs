//! Models by name: a path, a model that was fetched, or one in the store of a local Ollama.

mod catalogue;
mod error;
mod fetch;
mod ollama;

pub use catalogue::{Entry, catalogue};
pub use error::StoreError;
pub use fetch::{Fetched, fetch};

use std::path::{Path, PathBuf};

use quantmark_packages::cache::cache;
use quantmark_packages::error::FetchError;

/// The file of a model that is named by path, by a name of the catalogue, or as `ollama:NAME[:TAG]`.
///
/// # Errors
/// There is no such file, the model was not fetched yet, or the store does not have it whole.
pub fn resolve(name: &Path) -> Result<PathBuf, StoreError> {
    let text = name.to_string_lossy();
    if let Some(name) = text.strip_prefix("ollama:") {
        return ollama::find(name, &ollama::store()?);
    }
    if let Some(entry) = catalogue().into_iter().find(|entry| !name.exists() && entry.name == text) {
        let path = fetched_path(&entry)?;
        return match path.is_file() {
            true => Ok(path),
            false => Err(StoreError::NotFetched(text.into_owned())),
        };
    }
    if name.is_file() {
        return Ok(name.to_owned());
    }
    let reason = if name.exists() { "not a regular file" } else { "no such file" };
    let names: Vec<String> = catalogue().into_iter().map(|entry| entry.name).collect();
    Err(StoreError::no_model(name, reason, names))
}

/// Where a fetched model lies.
///
/// # Errors
/// No home directory is known.
pub fn fetched_path(entry: &Entry) -> Result<PathBuf, FetchError> {
    Ok(cache()?.join("models").join(format!("{}.gguf", entry.name)))
}
