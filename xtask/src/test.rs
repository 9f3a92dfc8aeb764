//! `cargo xtask test`.

use anyhow::{Context, Result};

use crate::program::{self, cargo};

/// Runs the tests of the whole workspace; without arguments for them also the checks of emulated devices, which say
/// what is missing where they cannot run.
pub fn run(arguments: &[String]) -> Result<u8> {
    let status =
        cargo().args(["test", "--workspace", "--no-fail-fast"]).args(arguments).status().context("cargo test")?;
    if !status.success() || !arguments.is_empty() {
        return Ok(u8::from(!status.success()));
    }
    program::run(&["devices".into(), "--check".into()])
}
