//! Files of reports.

use std::io;
use std::path::PathBuf;

use quantmark_files::whole_file;

/// Writes a file whole.
///
/// # Errors
/// The path, and what the system said.
pub fn replace(path: PathBuf, contents: &[u8]) -> Result<(), (PathBuf, io::Error)> {
    whole_file::replace(&path, contents).map_err(|error| (path, error))
}
