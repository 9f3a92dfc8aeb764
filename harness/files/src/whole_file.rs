//! Files that appear whole or not at all: written aside, then renamed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes a file, in place of one that may be there; into a device or a pipe straight away.
///
/// # Errors
/// The folder or the file cannot be written; what was there is then untouched.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    if let Some(mut stream) = stream(path)? {
        return stream.write_all(contents);
    }
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

/// What stands at `path`, opened for writing, if it is a device, a pipe or another thing that takes bytes without being
/// a file: renaming would put a file in its place, and the superuser's `/dev/null` would be gone.
///
/// # Errors
/// It cannot be opened.
pub fn stream(path: &Path) -> io::Result<Option<File>> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => File::options().write(true).open(path).map(Some),
        _ => Ok(None),
    }
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

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::FileTypeExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_pipe_is_written_into_and_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reader = std::thread::spawn({
            let path = path.clone();
            move || {
                let mut text = String::new();
                File::open(path).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        replace(&path, b"whole").unwrap();
        assert_eq!(reader.join().unwrap(), "whole");
        assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
    }
}
