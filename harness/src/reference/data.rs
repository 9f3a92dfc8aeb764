//! Where the reference data are.

use std::path::PathBuf;

use crate::cmd::Failure;

/// The folder `reference-data`: that of `QUANTMARK_DATA`, else the first one in the working folder or above it, else
/// the first one beside the program or above it.
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
    let above = here.ancestors().chain(program.ancestors().skip(1));
    above.map(|folder| folder.join("reference-data")).find(|folder| folder.is_dir()).ok_or_else(|| {
        Failure::usage(
            "no folder `reference-data` in or above the working folder or beside or above the program; name one with \
             QUANTMARK_DATA",
        )
    })
}
