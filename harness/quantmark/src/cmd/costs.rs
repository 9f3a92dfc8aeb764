//! Instruction counts on their way from this machine, where they are taken, into the record of the emulated one.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_cli::select;
use quantmark_conformance::filter::Patterns;
use quantmark_lab::devices::Way;
use quantmark_speed::cost::{Cost, costs};

use super::Failure;
use super::cost::simd;
use super::on_device::Site;

/// Counts what is asked of an emulated device into `file`; `None` where the device is not emulated or has nothing to
/// count. A count that fails is said, and the run goes on without.
///
/// # Errors
/// A format or backend is none, or the file cannot be written.
pub(super) fn of_device(
    site: &Site,
    format_globs: &[String],
    backend_globs: &[String],
    file: &Path,
) -> Result<Option<PathBuf>, Failure> {
    let Way::Qemu(emulator) = &site.place.way else { return Ok(None) };
    let asked = Patterns::new(backend_globs).map_err(Failure::usage)?;
    let backends: Vec<_> = simd(&site.place).into_iter().filter(|backend| asked.admit(backend.name())).collect();
    if backends.is_empty() {
        return Ok(None);
    }
    let formats = select::formats(format_globs)?;
    eprintln!("counting instructions ...");
    let oracle = site.payload.oracle.as_deref();
    match costs(&emulator.words, &site.payload.program, &formats, &backends, oracle) {
        Ok(costs) => {
            let text = serde_json::to_vec(&costs).map_err(Failure::environment)?;
            fs::write(file, text).map_err(Failure::environment)?;
            Ok(Some(file.to_owned()))
        }
        Err(failure) => {
            eprintln!("no instruction is counted: {failure}");
            Ok(None)
        }
    }
}

/// The counts of a file that [`of_device`] wrote.
///
/// # Errors
/// It cannot be read or holds none.
pub(super) fn read(file: &Path) -> Result<Vec<Cost>, Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
    let text = fs::read(file).map_err(|error| refused(&error))?;
    serde_json::from_slice(&text).map_err(|error| refused(&error))
}
