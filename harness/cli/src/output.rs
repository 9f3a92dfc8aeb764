//! The standard output.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use quantmark_fault::Failure;

/// Prints a text. A reader that has seen enough and closed the pipe is no failure; a full disk is one.
///
/// # Errors
/// The system does not take it.
pub fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Prints a line, as [`print`] does.
///
/// # Errors
/// As [`print`].
pub fn print_line(line: impl Display) -> Result<(), Failure> {
    print(&format!("{line}\n"))
}

/// As [`print`], for what another program said.
///
/// # Errors
/// As [`print`].
pub fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::environment(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}
