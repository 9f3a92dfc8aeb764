//! The libraries and the reference model.

use std::path::{Path, PathBuf};

use quantmark_implementations::llama_cpp::install::{directory, host_platform};

/// The build of the CPU's library that every x86-64 can run.
pub const CPU: &str = "x64";

/// The folder of the libraries, where they are installed and made for this CPU.
pub fn libraries() -> Option<PathBuf> {
    let folder = directory(None, host_platform()).ok()?;
    let there = folder.join(format!("libggml-cpu-{CPU}.so")).is_file();
    if !there {
        println!("skipped: `quantmark oracle install` fetches what this compares with");
    }
    there.then_some(folder)
}

/// A file of the repository's data.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data").join(name)
}

/// The reference model.
pub fn reference_model() -> PathBuf {
    data("models/quantmark-reference-5.8m-f16.gguf")
}
