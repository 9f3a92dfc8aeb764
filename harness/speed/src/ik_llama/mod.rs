//! ik_llama.cpp as the other side of timings, in a process of its own: its symbols are those of llama.cpp's libraries.
//!
//! The parent sends a job as one line of JSON, then the bytes of the weights, the activations and our product of both as
//! little-endian f32. The worker answers with one line of JSON how far its own product is from ours, or why there is
//! none. From then on each line is a number of repetitions, and the answer is the time that they took: the sides take
//! turns, and the way through the pipe is on neither's clock. The worker ends when its input does.

mod side;
mod worker;

use std::path::PathBuf;

use quantmark_kernels::{Format, MatmulShape, ggml};
use serde::{Deserialize, Serialize};

pub(super) use side::Product;
pub use side::{IkLlama, WorkerProgram};
pub use worker::work;

/// The hidden subcommand that runs the worker.
pub const WORKER_COMMAND: &str = "ik-llama-worker";

/// What a worker is to prepare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Job {
    library: PathBuf,
    /// ggml's type id.
    format: u32,
    rows: usize,
    cols: usize,
    batch: usize,
    threads: usize,
}

impl Job {
    fn new(library: PathBuf, format: Format, shape: MatmulShape, threads: usize) -> Self {
        let MatmulShape { rows, cols, batch } = shape;
        Self { library, format: ggml::type_id(format), rows, cols, batch, threads }
    }

    fn shape(&self) -> MatmulShape {
        MatmulShape { rows: self.rows, cols: self.cols, batch: self.batch }
    }
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Answer {
    /// Its product is there: root mean square of the difference over that of ours; absent where that is no number.
    Ready { difference: Option<f64> },
    /// There will be no product.
    Refused { reason: String },
    /// The repetitions took so long.
    Took { nanoseconds: u64 },
}
