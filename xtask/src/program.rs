//! Building `quantmark` and handing it a command.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// What `cargo xtask --help` says of the program's commands.
pub const COMMANDS: &str = "\
Commands of quantmark (`cargo xtask COMMAND --help` for each):
  bench      conformance, size, speed -> record, CSV, JUnit, HTML
  conform    the conformance levels alone
  importance which columns of a model's matrices matter, for quantizing
  perplexity how well a model predicts a text, how far it is from another
  speed      tokens a second of whole models, in turn with llama.cpp
  quantize   a model to another format
  inspect    tensors and true bits per weight of a model
  cost       instructions of dot products on an emulated device
  compare    two records: verdict and table
  report     the site of records
  history    numbers of devices over their runs: list them, add runs
  claims     statements of the literature, held against records
  recommend  which file type a model should have on a device, from a record
  models     models to try: fetch, list
  lab        every device of a lab at once: runs, history, one site
  devices    what can run: this machine, boards, emulators
  doctor     what is missing here, and what installs it
  oracle     llama.cpp's libraries: install, generate, verify
  hostile    GGUF files that a reader must refuse
  codegen    the files that are generated from others";

/// Commands that measure, or run whole models: built in release mode. The others are built in the development profile,
/// which an edit rebuilds in seconds.
const MEASURING: &[&str] = &["bench", "cost", "importance", "lab", "oracle", "perplexity", "quantize", "speed"];

/// Options with which a command goes to another device, where the program is built in release mode.
const DEVICE_OPTIONS: &[&str] = &["--device", "--host", "--lab", "--program"];

/// What is built for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Build {
    /// `quantmark` in release mode.
    Release,
    /// `quantmark` in the development profile.
    Development,
    /// The small program of `conform`, in the development profile.
    Conform,
}

impl Build {
    fn of(arguments: &[String]) -> Self {
        let has = |options: &[&str]| {
            let named = |word: &String, option: &str| word.split('=').next() == Some(option);
            arguments.iter().any(|word| options.iter().any(|option| named(word, option)))
        };
        match arguments.first().map(String::as_str) {
            Some("conform") if !has(DEVICE_OPTIONS) && !has(&["--help", "-h"]) => Self::Conform,
            Some(command) if MEASURING.contains(&command) || has(DEVICE_OPTIONS) => Self::Release,
            _ => Self::Development,
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::Release | Self::Development => "quantmark",
            Self::Conform => "quantmark-cli",
        }
    }

    const fn program(self) -> &'static str {
        match self {
            Self::Release | Self::Development => "quantmark",
            Self::Conform => "quantmark-conform",
        }
    }

    /// The profile's name for Cargo, and its folder.
    const fn profile(self) -> (&'static str, &'static str) {
        match self {
            Self::Release => ("release", "release"),
            Self::Development | Self::Conform => ("dev", "debug"),
        }
    }
}

/// Builds the program and runs it; its exit code is ours.
pub fn run(arguments: &[String]) -> Result<u8> {
    let program = build(Build::of(arguments))?;
    let status = Command::new(&program)
        .args(arguments)
        .env("QUANTMARK_DATA", root().join("reference-data"))
        .env("QUANTMARK_REPOSITORY", root())
        .status()
        .with_context(|| format!("{} does not start", program.display()))?;
    // A signal leaves no code; 3 says that the environment ended it.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(3))
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// The `cargo` that runs us, in the repository.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

fn build(what: Build) -> Result<PathBuf> {
    let (profile, folder) = what.profile();
    let status = cargo()
        .args(["build", "--profile", profile, "--package", what.package(), "--bin", what.program()])
        .status()
        .context("cargo does not start")?;
    anyhow::ensure!(status.success(), "{} does not build", what.program());
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join(folder).join(format!("{}{}", what.program(), std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::Build;

    #[test]
    fn what_measures_is_built_in_release_mode() {
        let of = |words: &str| Build::of(&words.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(of("bench --suite quick"), Build::Release);
        assert_eq!(of("conform --format q4_K --backend avx2"), Build::Conform);
        assert_eq!(of("conform --device arm64"), Build::Release);
        assert_eq!(of("devices --check"), Build::Development);
        assert_eq!(of("conform --host=pi"), Build::Release);
        assert_eq!(of("report run.jsonl --out site"), Build::Development);
    }
}
