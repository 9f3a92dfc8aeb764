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

/// Builds the program and runs it; its exit code is ours.
pub fn run(arguments: &[String]) -> Result<u8> {
    let program = build()?;
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

fn build() -> Result<PathBuf> {
    let status = cargo()
        .args(["build", "--release", "--package", "quantmark", "--bin", "quantmark"])
        .status()
        .context("cargo does not start")?;
    anyhow::ensure!(status.success(), "quantmark does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release").join(format!("quantmark{}", std::env::consts::EXE_SUFFIX)))
}
