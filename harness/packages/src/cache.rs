//! Where what is fetched is kept.

use std::path::{Path, PathBuf};

use crate::error::FetchError;

/// The folder for what is fetched.
///
/// # Errors
/// No home directory is known.
pub fn cache() -> Result<PathBuf, FetchError> {
    let cache = match (std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME")) {
        (Some(cache), _) if !cache.is_empty() => PathBuf::from(cache),
        (_, Some(home)) => Path::new(&home).join(".cache"),
        _ => return Err(FetchError::NoHome),
    };
    Ok(cache.join("quantmark"))
}
