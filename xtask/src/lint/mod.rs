//! `cargo xtask lint`: formatting, clippy, and the rules that neither knows.

mod circles;
mod stray_unsafe;

use anyhow::{Context, Result};

use crate::program::{cargo, root};

/// Runs every lint and counts what they found.
pub fn run() -> Result<u8> {
    let format = cargo().args(["fmt", "--all", "--check"]).status().context("cargo fmt")?;
    let clippy = cargo()
        .args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
        .status()
        .context("cargo clippy")?;
    let rules = rules()?;
    let failed = !format.success() || !clippy.success() || !rules;
    println!("lint: {}", if failed { "failed" } else { "held" });
    Ok(u8::from(failed))
}

/// The rules of the project alone, which need no compiler.
pub fn rules() -> Result<bool> {
    let (mut stray, mut circles) = (Vec::new(), Vec::new());
    for folder in ["kernels", "harness", "xtask"] {
        stray_unsafe::stray_unsafe(&root().join(folder), &mut stray)?;
        circles.extend(circles::find(&root().join(folder))?.into_iter().map(|circle| format!("{folder}/{circle}")));
    }
    for place in &stray {
        eprintln!("{place}: `unsafe` outside the places that xtask/src/lint/stray_unsafe.rs lists");
    }
    for circle in &circles {
        eprintln!("imports in a circle: {circle}");
    }
    Ok(stray.is_empty() && circles.is_empty())
}
