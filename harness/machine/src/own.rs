//! How the program starts itself again: as it was started, under the same emulator.
//!
//! The system cannot start a program of another architecture, so a program that an emulator runs must put the emulator
//! before itself. Who starts it says how by `QUANTMARK_RUNNER`.

use std::env;
use std::io;
use std::path::PathBuf;

/// The words before the program, separated by spaces: `qemu-aarch64-static -cpu max`. Where it is set, the program is
/// emulated.
pub const RUNNER: &str = "QUANTMARK_RUNNER";

/// What the emulator is and what machine it imitates, for records.
pub const EMULATOR: &str = "QUANTMARK_EMULATOR";

/// What starts this very program: a program of this machine, and the arguments that come before any other.
///
/// # Errors
/// The system does not say where the program is, or its path is not UTF-8 and an emulator runs it.
pub fn start() -> io::Result<(PathBuf, Vec<String>)> {
    with_runner(env::current_exe()?, env::var(RUNNER).ok().as_deref())
}

fn with_runner(program: PathBuf, runner: Option<&str>) -> io::Result<(PathBuf, Vec<String>)> {
    let mut words = runner.unwrap_or_default().split_whitespace();
    let Some(emulator) = words.next() else { return Ok((program, Vec::new())) };
    let program = program.into_os_string().into_string().map_err(|path| {
        io::Error::new(io::ErrorKind::InvalidFilename, format!("{}: not UTF-8", path.to_string_lossy()))
    })?;
    Ok((emulator.into(), words.map(str::to_owned).chain([program]).collect()))
}

/// What runs the program, where the one who started it says.
pub(super) fn emulator() -> Option<String> {
    let said = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
    said(EMULATOR).or_else(|| said(RUNNER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_emulator_stands_before_the_program() {
        let plain = with_runner("/bin/quantmark".into(), None).unwrap();
        assert_eq!(plain, ("/bin/quantmark".into(), vec![]));
        assert_eq!(with_runner("/bin/quantmark".into(), Some("  ")).unwrap(), plain);
        let (program, arguments) = with_runner("/bin/quant mark".into(), Some("qemu -cpu max")).unwrap();
        assert_eq!(program, PathBuf::from("qemu"));
        assert_eq!(arguments, ["-cpu", "max", "/bin/quant mark"]);
    }
}
