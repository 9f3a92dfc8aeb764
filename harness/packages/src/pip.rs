//! Fetching Python packages as files, by pip.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::FetchError;

/// Fetches the file of a package, `NAME==VERSION`, into an empty folder; `tags` says which, where this machine's own is
/// not meant.
///
/// # Errors
/// pip is missing or fails.
pub fn download(package: &str, tags: &[String], folder: &Path) -> Result<PathBuf, FetchError> {
    let output = Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary",
            ":all:",
        ])
        .args(tags)
        .arg("--dest")
        .arg(folder)
        .arg(package)
        .output()
        .map_err(|source| FetchError::Client { client: "python3, with pip", source })?;
    let command = format!("pip download {package}");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(FetchError::failed(command, said.lines().rfind(|line| !line.trim().is_empty())));
    }
    let mut files = fs::read_dir(folder).ok().into_iter().flatten().flatten().map(|entry| entry.path());
    files.next().ok_or_else(|| FetchError::no_file(command))
}
