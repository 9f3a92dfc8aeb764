//! How a command ends.

use std::fmt;
use std::process::ExitCode;

use crate::record::schema::Summary;

/// A command's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything held.
    Held,
    /// 1: a conformance failure or a regression.
    Failed,
    /// 2: wrong usage or a bad input file.
    Usage,
    /// 3: this environment cannot do it.
    Environment,
    /// 4: nothing ran.
    NothingRan,
}

impl Exit {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Held => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::NothingRan => 4,
        }
    }
}

impl Exit {
    /// How a run of checks ends: with what failed, with nothing that ran, or well.
    pub const fn of(summary: &Summary) -> Self {
        if summary.failures() > 0 {
            Self::Failed
        } else if summary.total == summary.unsupported + summary.skipped {
            Self::NothingRan
        } else {
            Self::Held
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command could not do its work: one line for people, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// One line: what, where, and what was expected.
    pub message: String,
}

impl Failure {
    /// Wrong usage or a bad input file.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    /// This environment cannot do it.
    pub fn environment(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Environment, message: message.to_string() }
    }

    /// Nothing ran.
    pub fn nothing_ran(message: impl fmt::Display) -> Self {
        Self { exit: Exit::NothingRan, message: message.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
