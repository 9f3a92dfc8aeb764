//! `oracle generate` and `oracle verify`: the reference files and their manifest.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_cli::output::print_line;
use quantmark_files::checksum::sha256;
use quantmark_implementations::llama_cpp::builds::PREFIX;
use quantmark_implementations::llama_cpp::install::{Pins, host_platform};
use quantmark_implementations::llama_cpp::{CpuVariant, Oracle};
use quantmark_kernels::Format;
use quantmark_reference::generate::{Authority, generate as answers};
use quantmark_reference::reference_data;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::which::Which;
use crate::cmd::{Exit, Failure};

/// The CPU build that answers for activations and dot products: the one without SIMD.
const PLAIN_VARIANT: &str = "x64";

const MANIFEST: &str = "manifest.toml";

/// What a folder of reference files holds and who made it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    producer: String,
    version: String,
    /// ggml's own version and commit, as the library says.
    ggml: String,
    platform: String,
    seed: u64,
    #[serde(rename = "library")]
    libraries: Vec<Checksum>,
    #[serde(rename = "file")]
    files: Vec<Checksum>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checksum {
    name: String,
    sha256: String,
}

pub(super) fn generate(oracle: &Oracle, which: &Which) -> Result<Exit, Failure> {
    let folder = folder(which)?;
    fs::create_dir_all(&folder).map_err(|error| refused(&folder, &error))?;
    let formats = formats(which);
    let mut fresh = Vec::new();
    for &format in &formats {
        let bytes = bytes(oracle, format, which.seed)?;
        let name = file_name(format);
        let path = folder.join(&name);
        quantmark_files::whole_file::replace(&path, &bytes).map_err(|error| refused(&path, &error))?;
        eprintln!("{} ({} bytes)", path.display(), bytes.len());
        fresh.push(Checksum { name, sha256: hex::encode(Sha256::digest(&bytes)) });
    }
    let path = folder.join(MANIFEST);
    let mut manifest = manifest(oracle, which.seed)?;
    if let Ok(old) = read(&path)
        && formats.len() < Format::ALL.len()
    {
        if old.seed != manifest.seed || old.libraries != manifest.libraries {
            let message = "the other files of this folder have another seed or library; generate all formats";
            return Err(Failure::usage(format!("{}: {message}", path.display())));
        }
        manifest.files = old.files;
    }
    for checksum in fresh {
        manifest.files.retain(|file| file.name != checksum.name);
        manifest.files.push(checksum);
    }
    manifest.files.sort_by(|a, b| a.name.cmp(&b.name));
    let text = format!(
        "# Written by `cargo xtask oracle generate`; do not edit.\n\n{}",
        toml::to_string(&manifest).map_err(Failure::environment)?
    );
    quantmark_files::whole_file::replace(&path, text.as_bytes()).map_err(|error| refused(&path, &error))?;
    Ok(Exit::Held)
}

pub(super) fn verify(oracle: &Oracle, which: &Which) -> Result<Exit, Failure> {
    let folder = folder(which)?;
    let path = folder.join(MANIFEST);
    let committed = read(&path)?;
    let expected = manifest(oracle, committed.seed)?;
    let mut wrong = Vec::new();
    if committed.libraries != expected.libraries {
        wrong.push(format!("{}: made with other libraries than those installed", path.display()));
    }
    for format in formats(which) {
        let name = file_name(format);
        let fresh = hex::encode(Sha256::digest(bytes(oracle, format, committed.seed)?));
        let path = folder.join(&name);
        match sha256(&path) {
            Ok(found) if found == fresh => {}
            Ok(_) => wrong.push(format!("{}: differs from what the libraries answer", path.display())),
            Err(error) => wrong.push(format!("{}: {error}", path.display())),
        }
        let listed = committed.files.iter().find(|file| file.name == name);
        if listed.is_none_or(|file| file.sha256 != fresh) {
            wrong.push(format!("{}: {name} is not listed with the checksum that it must have", path.display()));
        }
    }
    wrong.iter().for_each(|line| eprintln!("{line}"));
    print_line(format_args!(
        "{}: {}",
        folder.display(),
        if wrong.is_empty() { "as the libraries answer" } else { "differs" }
    ))?;
    Ok(if wrong.is_empty() { Exit::Held } else { Exit::Failed })
}

fn bytes(oracle: &Oracle, format: Format, seed: u64) -> Result<Vec<u8>, Failure> {
    let cpu = CpuVariant::open(oracle.directory(), PLAIN_VARIANT).map_err(Failure::environment)?;
    let authority = Authority { base: oracle, cpu: &cpu, platform: host_platform() };
    let file = answers(&authority, format, seed).map_err(Failure::environment)?;
    file.to_bytes().map_err(Failure::environment)
}

fn manifest(oracle: &Oracle, seed: u64) -> Result<Manifest, Failure> {
    let libraries = ["libggml-base.so".to_owned(), format!("libggml-cpu-{PLAIN_VARIANT}.so")];
    let checksum = |name: String| {
        let path = oracle.directory().join(&name);
        let sha256 = sha256(&path).map_err(|error| refused(&path, &error))?;
        Ok(Checksum { name, sha256 })
    };
    Ok(Manifest {
        producer: quantmark_reference::generate::PRODUCER.to_owned(),
        version: Pins::load().version,
        ggml: format!("{} ({})", oracle.version(), oracle.commit()),
        platform: host_platform().to_owned(),
        seed,
        libraries: libraries.into_iter().map(checksum).collect::<Result<_, Failure>>()?,
        files: Vec::new(),
    })
}

fn read(path: &Path) -> Result<Manifest, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| Failure::usage(format!("{}: {}", path.display(), error.message())))
}

fn formats(which: &Which) -> Vec<Format> {
    if which.format.is_empty() { Format::ALL.to_vec() } else { which.format.clone() }
}

fn file_name(format: Format) -> String {
    format!("{format}.gguf")
}

fn folder(which: &Which) -> Result<PathBuf, Failure> {
    match &which.out {
        Some(folder) => Ok(folder.clone()),
        None => Ok(reference_data()?.join(format!("{PREFIX}{}", Pins::load().version))),
    }
}

fn refused(path: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(format!("{}: {error}", path.display()))
}
