//! What goes wrong where a program runs.

use std::io;
use std::time::Duration;

use quantmark_fault::{Blame, Fault};

/// Why a runner could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// The machine is out of reach.
    #[error("{place} cannot be reached: {reason}")]
    Unreachable {
        /// The machine.
        place: String,
        /// What the connection said.
        reason: String,
    },
    /// The machine is reached and refuses.
    #[error("{place}: {reason}")]
    Refused {
        /// The machine.
        place: String,
        /// What it said.
        reason: String,
    },
    /// The program ran longer than it may.
    #[error("{place}: ended after its limit of {} s", limit.as_secs())]
    OutOfTime {
        /// The machine.
        place: String,
        /// The limit.
        limit: Duration,
    },
    /// The program is gone and did not say how it ended: the machine was restarted, or its memory was full.
    #[error("{place}: the program vanished without saying how it ended")]
    Vanished {
        /// The machine.
        place: String,
    },
    /// A file of this machine, or a program on it.
    #[error("{what}: {source}")]
    Here {
        /// The file or program.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl RunnerError {
    /// An error of this machine.
    pub(super) fn here(what: impl ToString) -> impl FnOnce(io::Error) -> Self {
        let what = what.to_string();
        move |source| Self::Here { what, source }
    }
}

impl Blame for RunnerError {
    fn fault(&self) -> Fault {
        Fault::Environment
    }
}
