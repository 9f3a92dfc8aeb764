//! Finding reference files.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_reference::reference_data;

use super::error::ConformanceError;

/// The folder of a version's reference files begins with this.
const PRODUCER: &str = "llama.cpp-";

/// The reference files of the folders named, or of the repository's own data where none is named.
///
/// # Errors
/// A folder without reference files, or no folder.
pub fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, ConformanceError> {
    if named.is_empty() {
        return in_folder(&reference_data()?);
    }
    let mut files = Vec::new();
    for folder in named {
        files.extend(in_folder(folder)?);
    }
    Ok(files)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, ConformanceError> {
    let mut files = gguf_files(folder)?;
    if files.is_empty() {
        for version in entries(folder)?.into_iter().filter(|path| is_version(path)) {
            files.extend(gguf_files(&version)?);
        }
    }
    if files.is_empty() {
        return Err(ConformanceError::NoFiles(folder.to_owned()));
    }
    Ok(files)
}

fn is_version(path: &Path) -> bool {
    path.is_dir() && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PRODUCER))
}

fn gguf_files(folder: &Path) -> Result<Vec<PathBuf>, ConformanceError> {
    let is_gguf = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "gguf") && path.is_file();
    Ok(entries(folder)?.into_iter().filter(is_gguf).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ConformanceError> {
    let wrong = |source| ConformanceError::Folder { folder: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        paths.push(entry.map_err(wrong)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::error::ConformanceError;

    #[test]
    fn versions_lie_one_folder_down_and_models_beside_them_are_none() {
        let root = tempfile::tempdir().unwrap();
        let version = root.path().join("llama.cpp-v1");
        std::fs::create_dir_all(&version).unwrap();
        std::fs::create_dir_all(root.path().join("models")).unwrap();
        std::fs::write(root.path().join("models/tiny.gguf"), "").unwrap();
        let none = files(&[root.path().to_owned()]).unwrap_err();
        assert!(matches!(none, ConformanceError::NoFiles(_)));
        assert!(none.to_string().ends_with("no reference files (*.gguf) there"), "{none}");
        std::fs::write(version.join("q4_0.gguf"), "").unwrap();
        assert_eq!(files(&[root.path().to_owned()]).unwrap(), [version.join("q4_0.gguf")]);
        let absent = files(&[root.path().join("absent")]).unwrap_err();
        assert!(matches!(absent, ConformanceError::Folder { .. }));
    }
}
