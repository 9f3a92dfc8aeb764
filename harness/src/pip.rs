//! Fetching Python packages as files, by pip.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cmd::Failure;

/// Fetches the file of a package, `NAME==VERSION`, into an empty folder; `tags` says which, where this machine's own is
/// not meant.
///
/// # Errors
/// pip is missing or fails.
pub fn download(package: &str, tags: &[String], folder: &Path) -> Result<PathBuf, Failure> {
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
        .map_err(|error| {
            Failure::environment(format!("python3, whose pip fetches packages, does not start: {error}"))
        })?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let reason = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it says nothing").to_owned();
        return Err(Failure::environment(format!("pip download {package} failed: {reason}")));
    }
    let mut files = fs::read_dir(folder).ok().into_iter().flatten().flatten().map(|entry| entry.path());
    files.next().ok_or_else(|| Failure::environment(format!("pip download {package} left no file")))
}
