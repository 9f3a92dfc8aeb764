//! An implementation's operations in a worker process.

use std::time::Duration;

use bytemuck::cast_slice;

use crate::process::{NoAnswer, Process, WorkerProgram, first_line};
use crate::protocol::{Answer, Lengths, Named, Prepare, Request};
use crate::refusal::Refusal;
use crate::timing::{Data, Task, Timed};

/// An implementation that workers open.
pub struct Remote {
    /// What they open.
    pub named: Named,
    /// How they are started.
    pub worker: WorkerProgram,
    /// Variables of their environment.
    pub environment: Vec<(&'static str, &'static str)>,
    /// Time that one may take for an answer.
    pub patience: Duration,
}

impl Remote {
    /// A worker that has done an operation once, and is ready to repeat it.
    ///
    /// # Errors
    /// The worker does not start, ends early, or refuses.
    pub fn prepare(&self, task: &Task<'_>) -> Result<Repeated, Refusal> {
        let mut command = self.worker.command();
        command.envs(self.environment.iter().copied());
        let process = Process::start(command, first_line)
            .map_err(|error| Refusal(format!("the worker does not start: {error}")))?;
        let mut repeated = Repeated { process, patience: self.patience, product: Vec::new(), failure: None };
        repeated.process.ask(&Request::Prepare(request(&self.named, task)), &payload(&task.data));
        match repeated.answer()? {
            (Answer::Ready { .. }, product) => {
                repeated.product = product.as_chunks().0.iter().map(|number| f32::from_le_bytes(*number)).collect()
            }
            (Answer::Refused { reason }, _) => return Err(Refusal(reason)),
            _ => return Err(Refusal(UNASKED.to_owned())),
        }
        Ok(repeated)
    }
}

const UNASKED: &str = "the worker answers what was not asked";

/// What a worker is told of a task; [`payload`] follows it.
pub fn request(implementation: &Named, task: &Task<'_>) -> Prepare {
    let data = &task.data;
    Prepare {
        implementation: implementation.clone(),
        operation: task.operation.name().to_owned(),
        format: task.format.name().to_owned(),
        rows: task.shape.rows,
        cols: task.shape.cols,
        batch: task.shape.batch,
        threads: task.pool.current_num_threads(),
        lengths: Lengths {
            source: data.source.len(),
            importance: data.importance.len(),
            numbers: data.numbers.len(),
            weights: data.weights[0].len(),
            activations: data.activations.len(),
        },
    }
}

/// The bytes of a task's data, with one copy of the weights.
pub fn payload<'a>(data: &Data<'a>) -> [&'a [u8]; 5] {
    let numbers = [data.source, data.importance, data.numbers].map(cast_slice);
    [numbers[0], numbers[1], numbers[2], &data.weights[0], data.activations]
}

/// A worker that repeats an operation.
pub struct Repeated {
    process: Process,
    patience: Duration,
    product: Vec<f32>,
    failure: Option<String>,
}

impl Repeated {
    /// The product that the worker came to.
    pub fn answered(&self) -> &[f32] {
        &self.product
    }

    fn answer(&mut self) -> Result<(Answer, Vec<u8>), Refusal> {
        self.process.answer(self.patience).map_err(|none| {
            Refusal(match none {
                NoAnswer::Silent => {
                    self.process.kill();
                    format!("the worker said nothing for {} s and was ended", self.patience.as_secs_f64())
                }
                NoAnswer::Ended => format!("the worker ended: {}", self.process.ended(self.patience).describe()),
            })
        })
    }

    fn repeat(&mut self, times: u32) -> Result<f64, Refusal> {
        self.process.ask(&Request::Repeat { times, mark: None }, &[]);
        match self.answer()? {
            (Answer::Took { nanoseconds }, _) => Ok(nanoseconds as f64 / 1e9 / f64::from(times)),
            (Answer::Refused { reason }, _) => Err(Refusal(reason)),
            _ => Err(Refusal(UNASKED.to_owned())),
        }
    }
}

impl Timed for Repeated {
    /// Infinite once the worker has failed.
    fn time(&mut self, repeats: u32) -> f64 {
        if self.failure.is_some() {
            return f64::INFINITY;
        }
        self.repeat(repeats).unwrap_or_else(|refusal| {
            self.failure = Some(refusal.0);
            f64::INFINITY
        })
    }

    fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}
