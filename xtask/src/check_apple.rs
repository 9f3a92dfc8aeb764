//! `cargo xtask check-apple`: the code for Apple's systems, type-checked wherever one is.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program::{cargo, root};

const TARGET: &str = "aarch64-apple-darwin";

/// What has code of its own there.
const PACKAGES: [&str; 2] = ["quantmark-kernels", "quantmark"];

/// Where Debian's packages put a compiler whose library sources are there too.
const SYSTEM_RUSTC: &str = "/usr/bin/rustc";
const SYSTEM_CARGO: &str = "/usr/bin/cargo";

/// Checks the types. Nothing is linked, so neither Apple's linker nor its headers are needed, but Rust's library for the
/// target is: built by rustup's `target add`, or from its sources.
///
/// # Errors
/// cargo does not start.
pub fn run() -> Result<u8> {
    let mut check = if has(&sysroot("rustc")?, &format!("lib/rustlib/{TARGET}/lib")) {
        let mut check = cargo();
        check.arg("check");
        check
    } else if Path::new(SYSTEM_RUSTC).is_file()
        && has(&sysroot(SYSTEM_RUSTC)?, "lib/rustlib/src/rust/library/Cargo.lock")
    {
        // Building the library is not a part of stable Rust; this variable lets a stable compiler do it.
        let mut check = Command::new(SYSTEM_CARGO);
        check.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", SYSTEM_RUSTC).env("RUSTDOC", "/usr/bin/rustdoc");
        check.args(["check", "-Zbuild-std=std,panic_abort"]).current_dir(root());
        check
    } else {
        eprintln!(
            "check-apple needs Rust's library for {TARGET}: `rustup target add {TARGET}`, or on Debian `apt-get install \
             rustc-web cargo-web rust-web-src`"
        );
        return Ok(3);
    };
    // A folder of its own: the two compilers would undo each other's work.
    check.args(["--target", TARGET, "--target-dir"]).arg(root().join("target/apple"));
    check.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    let status = check.status().context("cargo does not start")?;
    println!("check-apple: {}", if status.success() { "held" } else { "failed" });
    Ok(u8::from(!status.success()))
}

fn sysroot(rustc: &str) -> Result<PathBuf> {
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().with_context(|| rustc.to_owned())?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn has(sysroot: &Path, what: &str) -> bool {
    sysroot.join(what).exists()
}
