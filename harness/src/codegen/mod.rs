//! Tables of the kernels that are data of the reference: read out of its library, written as Rust.

mod codebook;
mod render;

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use quantmark::reference::oracle::Oracle;

/// Where the tables are, seen from the repository's root.
const TABLES: &str = "kernels/src/family/iq_grids";

/// Writes the codebooks of the IQ formats and their table of signs, or checks that they are what would be written.
///
/// # Errors
/// The library does not open, or decodes a codebook to something that no table can say; a file cannot be written; with
/// `check`, a file that differs.
pub fn run(oracle_dir: &Path, check: bool) -> anyhow::Result<()> {
    let oracle = Oracle::open(oracle_dir)?;
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member of the workspace").join(TABLES);
    let mut files = Vec::new();
    for codebook in codebook::ALL {
        let points = codebook.read(&oracle)?;
        files.push((format!("{}.rs", codebook.format), render::grid(codebook, &points)?));
    }
    files.push(("ksigns.rs".to_owned(), render::signs(&codebook::read_signs(&oracle)?)));
    for (name, text) in files {
        let path = directory.join(&name);
        if check {
            let found = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            if found != text {
                bail!("{TABLES}/{name} is not what `cargo xtask codegen` writes");
            }
        } else {
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}
