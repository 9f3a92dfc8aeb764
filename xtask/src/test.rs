//! `cargo xtask test`.

use anyhow::{Context, Result};

use crate::program::cargo;

/// Runs the tests of the whole workspace.
pub fn run(arguments: &[String]) -> Result<u8> {
    let status =
        cargo().args(["test", "--workspace", "--no-fail-fast"]).args(arguments).status().context("cargo test")?;
    Ok(u8::from(!status.success()))
}
