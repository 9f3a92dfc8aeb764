//! What the program and its worker processes say to each other.
//!
//! A message is a JSON line; bytes that belong to it follow the line, as many as it says. A worker is started with the
//! program's hidden subcommand, serves one request after another, and ends when its input does. Whatever else a library
//! prints on the worker's standard output is passed over: each answer begins a line of its own.

use std::path::PathBuf;

use quantmark_kernels::{Format, MatmulShape, Operation};
use quantmark_record::schema::{CaseResult, Level};
use serde::{Deserialize, Serialize};

/// The hidden subcommand that turns the program into a worker.
pub const WORKER_COMMAND: &str = "worker";

/// The folder that no system has: a worker that is to mark the repetitions of its work opens files of it, and a log of
/// system calls says so.
pub const MARKS: &str = "/quantmark-cost/";

/// An implementation by name, and what it is opened with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// A backend of ours, `metal (emulated)`, or `IMPLEMENTATION-VARIANT`.
    pub name: String,
    /// The folder of its libraries, where it is not in the usual place.
    pub libraries: Option<PathBuf>,
}

/// What a worker is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Run conformance cases; [`Answer::Start`] and [`Answer::End`] follow for each, then [`Answer::Done`]. The input
    /// stays open as long as the parent lives.
    Check {
        /// Which.
        job: Box<Job>,
    },
    /// Make an operation ready to be repeated; [`Answer::Ready`] follows. Bytes that follow the line: the numbers of
    /// `source`, `importance` and `numbers`, then the bytes of `weights` and `activations`.
    Prepare(Prepare),
    /// Repeat what was made ready; [`Answer::Took`] follows.
    Repeat {
        /// How often.
        times: u32,
        /// Names files of [`MARKS`] that are opened before and after: `NAME/begin`, `NAME/end`.
        mark: Option<String>,
    },
}

/// An operation to be made ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepare {
    /// Whose.
    pub implementation: Named,
    /// Operation, by name.
    pub operation: String,
    /// ggml's name of the format.
    pub format: String,
    /// Rows of the weights.
    pub rows: usize,
    /// Columns.
    pub cols: usize,
    /// Activations.
    pub batch: usize,
    /// Threads.
    pub threads: usize,
    /// How many numbers or bytes of each kind follow, in this order.
    pub lengths: Lengths,
}

impl Prepare {
    /// The shape.
    pub fn shape(&self) -> MatmulShape {
        MatmulShape { rows: self.rows, cols: self.cols, batch: self.batch }
    }
}

/// What follows [`Request::Prepare`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengths {
    /// Numbers of a row of weights.
    pub source: usize,
    /// Numbers of its importance.
    pub importance: usize,
    /// Numbers of the activations.
    pub numbers: usize,
    /// Bytes of the weights.
    pub weights: usize,
    /// Bytes of the quantized activations.
    pub activations: usize,
}

/// Conformance cases of a format that an implementation is to be tried with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// ggml's name of the format.
    pub format: String,
    /// The implementation under test.
    pub implementation: Named,
    /// Which of the format's cases.
    pub filter: Filter,
    /// Reference files of the format, each with the prefix of its cases' names.
    pub files: Vec<(String, PathBuf)>,
    /// Whether the generated cases are asked for.
    pub generated: bool,
    /// llama.cpp's libraries and the seed of fresh inputs for them.
    pub against: Option<Against>,
    /// Words that a command reproducing a case needs beside the case's own.
    pub reproduce: String,
    /// Seconds that a case may take, instead of its own limit.
    pub time_limit: Option<f64>,
    /// Index of the first case to run.
    pub start: usize,
}

/// Words from the command line; an empty list lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Formats by name, in any case.
    pub formats: Vec<String>,
    /// Levels, `L0` to `L4`.
    pub levels: Vec<String>,
    /// Operations.
    pub operations: Vec<String>,
    /// Case names.
    pub cases: Vec<String>,
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
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
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
    /// What was asked cannot be done.
    Refused {
        /// Why.
        reason: String,
    },
    /// All cases have ended.
    Done,
    /// The operation is ready and was done once. Its product follows, where it is one that can be compared.
    Ready {
        /// How many numbers of it follow the line.
        numbers: usize,
    },
    /// The repetitions have ended.
    Took {
        /// How long they took together.
        nanoseconds: u64,
    },
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
