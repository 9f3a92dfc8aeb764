//! Whose fault an error is.
//!
//! The errors of the libraries say what went wrong. [`Blame`] says besides who can mend it: whoever asked, or whoever
//! keeps the machine. The program chooses its exit code by that, and by nothing else of an error.

use std::error::Error;
use std::fmt;

/// Who can mend what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Wrong usage or a bad input file: whoever asked.
    Usage,
    /// This environment cannot do it: whoever keeps the machine.
    Environment,
    /// Nothing was asked that could run.
    NothingRan,
    /// What was compared is not what it must be.
    NotHeld,
}

/// An error that knows whose fault it is.
pub trait Blame: Error {
    /// Whose fault it is.
    fn fault(&self) -> Fault;
}

/// Why a command could not do its work: one line for people, and whose fault it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose fault it is.
    pub fault: Fault,
    /// One line: what, where, and what was expected.
    pub message: String,
}

impl Failure {
    /// Wrong usage or a bad input file.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { fault: Fault::Usage, message: message.to_string() }
    }

    /// This environment cannot do it.
    pub fn environment(message: impl fmt::Display) -> Self {
        Self { fault: Fault::Environment, message: message.to_string() }
    }

    /// What was compared is not what it must be.
    pub fn not_held(message: impl fmt::Display) -> Self {
        Self { fault: Fault::NotHeld, message: message.to_string() }
    }

    /// Nothing ran.
    pub fn nothing_ran(message: impl fmt::Display) -> Self {
        Self { fault: Fault::NothingRan, message: message.to_string() }
    }
}

impl<E: Blame> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { fault: error.fault(), message: error.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {}
