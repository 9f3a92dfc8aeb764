//! Files that appear whole or not at all: written aside, then renamed.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes a file, in place of one that may be there.
///
/// # Errors
/// The folder or the file cannot be written; what was there is then untouched.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    aside(path, contents)?.persist(path)?;
    Ok(())
}

/// Writes a file that must not exist yet.
///
/// # Errors
/// The file exists, or the folder or the file cannot be written.
pub fn create(path: &Path, contents: &[u8]) -> io::Result<()> {
    aside(path, contents)?.persist_noclobber(path)?;
    Ok(())
}

fn aside(path: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_data()?;
    Ok(file)
}
