//! Fetching npm packages as files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::FetchError;

/// Fetches the file of a package into a folder that holds no other; nothing of it is run.
///
/// # Errors
/// npm is missing or fails.
pub fn pack(name: &str, version: &str, folder: &Path) -> Result<PathBuf, FetchError> {
    let package = format!("{name}@{version}");
    let output = Command::new("npm")
        .args(["pack", "--ignore-scripts", "--silent", &package])
        .current_dir(folder)
        .output()
        .map_err(|source| FetchError::Client { client: "npm", source })?;
    let command = format!("npm pack {package}");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(FetchError::failed(command, said.lines().find(|line| !line.trim().is_empty())));
    }
    let mut files = fs::read_dir(folder).ok().into_iter().flatten().flatten().map(|entry| entry.path());
    let archive = files.find(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    archive.ok_or_else(|| FetchError::no_file(command))
}
