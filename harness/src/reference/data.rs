//! Where the reference data are.

use std::path::PathBuf;

use crate::cmd::Failure;

/// The folder `reference-data`: that of `QUANTMARK_DATA`, else the first one in the current folder or above it, else
/// one beside the program.
///
/// # Errors
/// There is none.
pub fn reference_data() -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os("QUANTMARK_DATA") {
        let folder = PathBuf::from(folder);
        if folder.is_dir() {
            return Ok(folder);
        }
        return Err(Failure::usage(format!("QUANTMARK_DATA: {} is not a folder", folder.display())));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let program = std::env::current_exe().unwrap_or_default();
    let beside = program.parent().map(|folder| folder.join("reference-data"));
    let mut candidates = here.ancestors().map(|folder| folder.join("reference-data")).chain(beside);
    candidates.find(|folder| folder.is_dir()).ok_or_else(|| {
        Failure::usage(format!("no reference-data in {} or above it; set QUANTMARK_DATA", here.display()))
    })
}
