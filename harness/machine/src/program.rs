//! The program's own file.

use std::env;
use std::fs::File;
use std::io;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// SHA-256 of the program's file in hex; `None` where it cannot be read.
pub(super) fn checksum() -> Option<String> {
    static CHECKSUM: OnceLock<Option<String>> = OnceLock::new();
    CHECKSUM.get_or_init(|| compute().ok()).clone()
}

fn compute() -> io::Result<String> {
    let mut file = File::open(env::current_exe()?)?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    Ok(hex::encode(hasher.finalize()))
}
