//! `cargo xtask test`.

use anyhow::{Context, Result};

use crate::program::{self, cargo};

/// Runs the tests of the whole workspace; without arguments for them, and where `QUANTMARK_REQUIRE` names `arm64`, also
/// the checks of emulated devices.
pub fn run(arguments: &[String]) -> Result<u8> {
    let status =
        cargo().args(["test", "--workspace", "--no-fail-fast"]).args(arguments).status().context("cargo test")?;
    let required = std::env::var("QUANTMARK_REQUIRE").unwrap_or_default();
    let emulated = required.split(',').any(|name| name.trim() == "arm64");
    if !status.success() || !arguments.is_empty() || !emulated {
        return Ok(u8::from(!status.success()));
    }
    program::run(&["devices".into(), "--check".into()])
}
