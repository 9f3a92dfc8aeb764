//! What the program and its worker processes say to each other: one JSON line each.

use std::path::PathBuf;

use quantmark_kernels::{Format, Operation};
use quantmark_record::schema::{CaseResult, Level};
use serde::{Deserialize, Serialize};

use super::filter::Filter;

/// The hidden subcommand that turns the program into a worker.
pub const WORKER_COMMAND: &str = "conform-worker";

/// What a worker is to do, its first line of input. The input stays open as long as the parent lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// ggml's name of the format.
    pub format: String,
    /// The subject's name.
    pub backend: String,
    /// Which of the format's cases.
    pub filter: Filter,
    /// Reference files of the format, each with the prefix of its cases' names.
    pub files: Vec<(String, PathBuf)>,
    /// Whether the generated cases are asked for.
    pub generated: bool,
    /// llama.cpp's libraries and the seed of fresh inputs for them.
    pub against: Option<Against>,
    /// The libraries, where they are themselves the subject.
    pub oracle: Option<PathBuf>,
    /// Words that a command reproducing a case needs beside the case's own.
    pub reproduce: String,
    /// Seconds that a case may take, instead of its own limit.
    pub time_limit: Option<f64>,
    /// Index of the first case to run.
    pub start: usize,
}

/// Comparison with the live libraries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// Where the libraries are.
    pub oracle: PathBuf,
    /// Seed of the inputs.
    pub seed: u64,
    /// Cases a format.
    pub cases: usize,
}

/// What a worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A case begins.
    Start {
        /// Its index among the job's cases.
        index: usize,
        /// Milliseconds that it may take.
        limit: u64,
        /// Level.
        level: Level,
        /// Operation, by name.
        operation: String,
        /// Name.
        case: String,
    },
    /// The case that began has ended.
    End {
        /// How.
        result: Box<CaseResult>,
    },
    /// The job cannot be done.
    Refuse {
        /// Why.
        reason: String,
    },
    /// All cases have ended.
    Done,
}

/// The operation with a name.
pub fn operation(name: &str) -> Option<Operation> {
    Operation::ALL.iter().copied().find(|operation| operation.name() == name)
}

impl Job {
    /// The format.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn format(&self) -> Result<Format, String> {
        self.format.parse().map_err(|error: quantmark_kernels::families::UnknownFormat| error.to_string())
    }
}
