//! Where the sources are.

use std::env;
use std::path::PathBuf;

use crate::cmd::Failure;

/// The repository: the folder of `QUANTMARK_REPOSITORY`, which `cargo xtask` sets, else the first one in or above the
/// working folder.
///
/// # Errors
/// There is none.
pub fn repository() -> Result<PathBuf, Failure> {
    let named = env::var_os("QUANTMARK_REPOSITORY").map(PathBuf::from);
    let above: Vec<PathBuf> = env::current_dir().unwrap_or_default().ancestors().map(PathBuf::from).collect();
    let is_ours =
        |folder: &PathBuf| folder.join("kernels/Cargo.toml").is_file() && folder.join("harness/Cargo.toml").is_file();
    named.into_iter().chain(above).find(is_ours).ok_or_else(|| {
        Failure::environment(
            "the program for the device is built from the repository, which is not here; run `cargo xtask` in it, or name \
             a program with --program",
        )
    })
}
