//! Fetching the pinned libraries: `npm pack`, checksum, unpack, rename.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use quantmark_files::checksum::sha256;
use quantmark_packages::cache::cache;
use quantmark_packages::error::FetchError;
use quantmark_packages::{Installed, npm};
use serde::Deserialize;

/// The pins as they were when the program was built.
const PINS: &str = include_str!("../../../../reference-data/oracle.toml");

/// The pinned version of the reference and where it comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// llama.cpp's version.
    pub version: String,
    /// One package a platform.
    #[serde(rename = "package")]
    pub packages: Vec<Package>,
}

/// An npm package of shared libraries.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Platform, as the package's `bins` folder names it.
    pub platform: String,
    /// Package name.
    pub name: String,
    /// Package version.
    pub version: String,
    /// SHA-256 of the packed file.
    pub sha256: String,
}

impl Pins {
    /// The pins of this build.
    pub fn load() -> Self {
        toml::from_str(PINS).expect("oracle.toml is checked by a test")
    }

    /// The package for a platform.
    ///
    /// # Errors
    /// There is none.
    pub fn package(&self, platform: &str) -> Result<&Package, FetchError> {
        self.packages.iter().find(|package| package.platform == platform).ok_or_else(|| {
            let known: Vec<_> = self.packages.iter().map(|package| package.platform.as_str()).collect();
            FetchError::Platform(format!("no pinned libraries for {platform}; there are some for {}", known.join(", ")))
        })
    }
}

/// The platform that this program was built for, in the packages' words.
pub const fn host_platform() -> &'static str {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        "linux-x64"
    } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
        "linux-arm64"
    } else if cfg!(all(target_vendor = "apple", target_arch = "aarch64")) {
        "mac-arm64-metal"
    } else {
        "this platform"
    }
}

/// The platform of a target triple, in the packages' words; `None` where no package is for it.
pub fn platform_of(target: &str) -> Option<&'static str> {
    [
        ("x86_64-unknown-linux-gnu", "linux-x64"),
        ("aarch64-unknown-linux-gnu", "linux-arm64"),
        ("aarch64-apple-darwin", "mac-arm64-metal"),
    ]
    .into_iter()
    .find_map(|(triple, platform)| (triple == target).then_some(platform))
}

/// Where installed libraries are looked for: `--oracle`, else `QUANTMARK_ORACLE`, else the user's cache.
///
/// # Errors
/// No home directory is known.
pub fn directory(explicit: Option<&Path>, platform: &str) -> Result<PathBuf, FetchError> {
    if let Some(path) = explicit {
        return Ok(path.to_owned());
    }
    if let Some(path) = std::env::var_os("QUANTMARK_ORACLE") {
        return Ok(path.into());
    }
    cached(platform)
}

/// Where a platform's libraries are in the user's cache.
///
/// # Errors
/// No home directory is known.
pub fn cached(platform: &str) -> Result<PathBuf, FetchError> {
    Ok(cache()?.join(format!("llama.cpp-{}-{platform}", Pins::load().version)))
}

/// Fetches a package and puts its libraries into `destination`, which appears whole or not at all. Does nothing where
/// the libraries are there already.
///
/// # Errors
/// npm is missing or fails, the checksum differs, the disk does not take it.
pub fn install(package: &Package, destination: &Path) -> Result<Installed, FetchError> {
    if destination.join("checksum").is_file() {
        return Ok(Installed::Already);
    }
    let parent = destination.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |what: &Path, error: io::Error| FetchError::file(what, error);
    fs::create_dir_all(parent).map_err(|error| cannot(parent, error))?;
    let staging = tempfile::tempdir_in(parent).map_err(|error| cannot(parent, error))?;

    let archive = npm::pack(&package.name, &package.version, staging.path())?;
    let digest = sha256(&archive).map_err(|error| cannot(&archive, error))?;
    if digest != package.sha256 {
        return Err(FetchError::Checksum {
            what: format!("{} {}", package.name, package.version),
            found: digest,
            expected: package.sha256.clone(),
        });
    }
    let unpacked = staging.path().join("libraries");
    unpack(&archive, &package.platform, &unpacked).map_err(|error| cannot(&archive, error))?;
    fs::write(unpacked.join("checksum"), &digest).map_err(|error| cannot(&unpacked, error))?;
    fs::rename(&unpacked, destination).map_err(|error| cannot(destination, error))?;
    Ok(Installed::Now)
}

fn unpack(archive: &Path, platform: &str, destination: &Path) -> io::Result<()> {
    fs::create_dir(destination)?;
    let prefix = Path::new("package/bins").join(platform);
    let mut files = tar::Archive::new(GzDecoder::new(File::open(archive)?));
    for entry in files.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let licence = path == Path::new("package/LICENSE");
        if path.parent() != Some(&prefix) && !licence {
            continue;
        }
        let Some(name) = path.file_name() else { continue };
        io::copy(&mut entry, &mut File::create(destination.join(name))?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Pins;

    #[test]
    fn pins_are_well_formed() {
        for package in Pins::load().packages {
            assert_eq!(package.sha256.len(), 64, "{}", package.name);
        }
    }
}
