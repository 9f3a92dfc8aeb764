//! How a command ends.

use std::process::ExitCode;

use quantmark_fault::{Failure, Fault};
use quantmark_record::schema::Summary;

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

impl From<&Failure> for Exit {
    fn from(failure: &Failure) -> Self {
        match failure.fault {
            Fault::Usage => Self::Usage,
            Fault::Environment => Self::Environment,
            Fault::NothingRan => Self::NothingRan,
            Fault::NotHeld => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Ends a program with what its command came to; a failure is one line on the standard error.
pub fn end(ended: Result<Exit, Failure>) -> ExitCode {
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            eprintln!("error: {failure}");
            Exit::from(&failure).into()
        }
    }
}
