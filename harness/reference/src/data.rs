//! Where the reference data are.

use std::path::PathBuf;

use quantmark_fault::{Blame, Fault};

/// Why there are no reference data.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The folder that the environment names is none.
    #[error("QUANTMARK_DATA: {} is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// No folder of the name is near.
    #[error(
        "no folder `reference-data` in or above the working folder or beside or above the program; name one with \
         QUANTMARK_DATA"
    )]
    Missing,
}

/// The folder `reference-data`: that of `QUANTMARK_DATA`, else the first one in the working folder or above it, else
/// the first one beside the program or above it.
///
/// # Errors
/// There is none.
pub fn reference_data() -> Result<PathBuf, DataError> {
    if let Some(folder) = std::env::var_os("QUANTMARK_DATA") {
        let folder = PathBuf::from(folder);
        if folder.is_dir() {
            return Ok(folder);
        }
        return Err(DataError::NoFolder(folder));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let program = std::env::current_exe().unwrap_or_default();
    let above = here.ancestors().chain(program.ancestors().skip(1));
    above.map(|folder| folder.join("reference-data")).find(|folder| folder.is_dir()).ok_or(DataError::Missing)
}

impl Blame for DataError {
    fn fault(&self) -> Fault {
        Fault::Usage
    }
}
