//! ik_llama.cpp's library, which matrix products are timed against: what is pinned, where it is, fetching it.

use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use quantmark_files::checksum::sha256;
use quantmark_packages::cache::cache;
use quantmark_packages::error::FetchError;
use quantmark_packages::{Installed, pip};
use serde::Deserialize;

/// The name of the project, as command lines spell it.
pub const NAME: &str = "ik_llama.cpp";

/// The pin as it was when the program was built.
const PIN: &str = include_str!("../../../../reference-data/ik_llama.cpp.toml");

/// The pinned package and what of it is used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The package, `NAME==VERSION`.
    pub package: String,
    /// SHA-256 of its file.
    sha256: String,
    /// Words that tell pip which of the package's files is meant.
    tags: Vec<String>,
    /// The library inside the package.
    library: PathBuf,
    /// What else of the package is kept.
    also: Vec<PathBuf>,
    /// How far its product may be from ours: root mean square of the difference over that of the product.
    pub difference: f64,
}

impl Pin {
    /// The pin of this build.
    pub fn load() -> Self {
        toml::from_str(PIN).expect("ik_llama.cpp.toml is checked by a test")
    }
}

/// Where the library is, installed or not.
///
/// # Errors
/// It is not made for this platform, or no home directory is known.
pub fn library() -> Result<PathBuf, FetchError> {
    Ok(directory()?.join(Pin::load().library))
}

fn directory() -> Result<PathBuf, FetchError> {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(cache()?.join(Pin::load().package));
    }
    Err(FetchError::Platform(format!("{NAME}: its package has a library for 64-bit x86 under Linux only")))
}

/// Fetches the package and puts what is used of it into the user's cache, whole or not at all. Does nothing where it is
/// there already.
///
/// # Errors
/// The platform is another, pip is missing or fails, the checksum differs, the disk does not take it.
pub fn install() -> Result<(Installed, PathBuf), FetchError> {
    let (pin, directory) = (Pin::load(), directory()?);
    if directory.is_dir() {
        return Ok((Installed::Already, directory));
    }
    let cannot = |what: &Path, error: &dyn Display| FetchError::file(what, error);
    let parent = cache()?;
    fs::create_dir_all(&parent).map_err(|error| cannot(&parent, &error))?;
    let staging = tempfile::tempdir_in(&parent).map_err(|error| cannot(&parent, &error))?;
    let (downloads, unpacked) = (staging.path().join("downloads"), staging.path().join("unpacked"));
    fs::create_dir(&downloads).map_err(|error| cannot(&downloads, &error))?;
    let archive = pip::download(&pin.package, &pin.tags, &downloads)?;
    let digest = sha256(&archive).map_err(|error| cannot(&archive, &error))?;
    if digest != pin.sha256 {
        return Err(FetchError::Checksum { what: pin.package, found: digest, expected: pin.sha256 });
    }
    for member in pin.also.iter().chain([&pin.library]) {
        unpack(&archive, member, &unpacked).map_err(|error| cannot(member, &error))?;
    }
    fs::rename(&unpacked, &directory).map_err(|error| cannot(&directory, &error))?;
    Ok((Installed::Now, directory))
}

fn unpack(archive: &Path, member: &Path, folder: &Path) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(archive)?)?;
    let path = folder.join(member);
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    io::copy(&mut archive.by_name(&member.to_string_lossy())?, &mut File::create(path)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Pin;

    #[test]
    fn the_pin_is_well_formed() {
        let pin = Pin::load();
        assert!(pin.sha256.len() == 64 && pin.difference < 0.1 && pin.library.is_relative());
    }
}
