//! From a planned timing to a measurement.

use std::fmt;
use std::time::Duration;

use quantmark_kernels::{Backend, Format, Kernels, Operation};
use rayon::ThreadPool;

use super::roof::read_bandwidth;
use super::sampling::{Samples, Sampling, interleave};
use super::statistics::{describe, paired_ratio};
use super::suite::{Suite, Threads, WorkingSet};
use super::work::Buffers;
use crate::cmd::Failure;
use crate::record::schema::{Against, Measurement, Shape};
use crate::reference::oracle::{CpuVariant, Oracle};

/// The seed of the bootstrap intervals.
const BOOTSTRAP_SEED: u64 = 1;

/// One timing that is to be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Suite.
    pub suite: String,
    /// Operation.
    pub operation: Operation,
    /// Format.
    pub format: Format,
    /// Number of threads.
    pub threads: usize,
    /// Shape.
    pub shape: Shape,
    /// Where the weights come from.
    pub working_set: WorkingSet,
}

impl Planned {
    /// Names the measurement on a backend.
    pub fn id(&self, backend: impl fmt::Display) -> String {
        let Shape { rows, cols, batch } = self.shape;
        let (suite, operation, format, threads) = (&self.suite, self.operation, self.format, self.threads);
        format!("{suite}/{operation}/{format}/{backend}/{threads}/{rows}x{cols}x{batch}")
    }
}

/// The timings of suites over formats, without asking whether a backend has the kernels.
pub fn plan(suites: &[Suite], formats: &[Format], all_threads: usize) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    for suite in suites {
        for &format in formats {
            for shape in &suite.shapes {
                for threads in &suite.threads {
                    let threads = match threads {
                        Threads::One => 1,
                        Threads::All => all_threads,
                    };
                    let one = Planned {
                        suite: suite.name.clone(),
                        operation: suite.operation(),
                        format,
                        threads,
                        shape: *shape,
                        working_set: suite.working_set,
                    };
                    // On a machine of one core `one` and `all` are the same.
                    if planned.last() != Some(&one) {
                        planned.push(one);
                    }
                }
            }
        }
    }
    planned
}

/// The reference, as the other side of a timing.
#[derive(Clone, Copy)]
pub struct Opponent<'a> {
    /// `libggml-base`.
    pub base: &'a Oracle,
    /// The CPU build.
    pub cpu: &'a CpuVariant,
}

/// Thread pools by size, and the memory roof each reaches.
pub struct Machine {
    pools: Vec<(ThreadPool, f64)>,
    last_cache: u64,
}

impl Machine {
    /// Starts pools of these sizes and measures their read bandwidth on twice the last cache and at least 64 MiB.
    ///
    /// # Errors
    /// Threads cannot be started.
    pub fn new(sizes: &[usize], last_cache: u64) -> Result<Self, Failure> {
        let bytes = usize::try_from(last_cache * 2).unwrap_or(usize::MAX).max(64 << 20);
        let mut pools = Vec::new();
        for &size in sizes {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(size).build().map_err(Failure::environment)?;
            let roof = read_bandwidth(&pool, bytes);
            pools.push((pool, roof));
        }
        Ok(Self { pools, last_cache })
    }

    /// Read bandwidth in bytes a second of each pool size.
    pub fn roofs(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.pools.iter().map(|(pool, roof)| (pool.current_num_threads(), *roof))
    }

    /// Takes one timing.
    ///
    /// # Errors
    /// The backend lacks the kernel, or the shape does not suit the format.
    pub fn measure(
        &self,
        planned: &Planned,
        kernels: Kernels,
        activation: Option<Kernels>,
        opponent: Option<Opponent<'_>>,
        sampling: Sampling,
    ) -> Result<Measurement, Failure> {
        let (pool, roof) = self
            .pools
            .iter()
            .find(|(pool, _)| pool.current_num_threads() == planned.threads)
            .expect("a pool was started for every number of threads in the plan");
        if !kernels.supports(planned.operation) {
            let (operation, format, backend) = (planned.operation, planned.format, kernels.backend());
            return Err(Failure::environment(format!("backend {backend} has no {operation} kernel for {format}")));
        }
        let from_memory = planned.working_set == WorkingSet::Memory;
        let at_least = if from_memory { self.last_cache * 2 } else { 0 };
        let buffers =
            Buffers::new(&kernels, activation.as_ref(), planned.shape, at_least).map_err(Failure::environment)?;
        let operation = planned.operation;
        let mut ours = buffers.ours(kernels, operation, pool);
        // What the reference lacks for a format is missing there, not an error of the run.
        let mut theirs = opponent.and_then(|side| buffers.theirs(side.base, side.cpu, operation, pool).ok());
        let samples = interleave(sampling, &mut ours, theirs.as_mut());

        let weights = buffers.weights_per_repetition(operation);
        let variant = opponent.map_or("", |side| side.cpu.name());
        let roof = from_memory.then_some(*roof);
        Taken { backend: kernels.backend(), variant, weights, samples, roof }.measurement(planned)
    }
}

/// Samples that have been taken.
pub(super) struct Taken<'a> {
    pub(super) backend: Backend,
    /// The build of the other side.
    pub(super) variant: &'a str,
    /// Weights that one repetition goes over.
    pub(super) weights: f64,
    pub(super) samples: Samples,
    /// Bytes a second that memory gives, where the weights come from there.
    pub(super) roof: Option<f64>,
}

impl Taken<'_> {
    /// The row of the record.
    pub(super) fn measurement(self, planned: &Planned) -> Result<Measurement, Failure> {
        let Self { backend, variant, weights, samples, roof } = self;
        let rates = |seconds: &[f64]| seconds.iter().map(|seconds| weights / seconds).collect::<Vec<f64>>();
        let (ours, theirs) = (rates(&samples.ours), rates(&samples.theirs));
        let statistics =
            describe(&ours, BOOTSTRAP_SEED).ok_or_else(|| Failure::nothing_ran("no samples were asked"))?;
        let against = (!theirs.is_empty()).then_some(()).and_then(|()| {
            Some(Against {
                implementation: "llama.cpp".to_owned(),
                variant: variant.to_owned(),
                median: describe(&theirs, BOOTSTRAP_SEED)?.median,
                ratio: paired_ratio(&ours, &theirs, BOOTSTRAP_SEED)?,
                samples: theirs.clone(),
            })
        });
        // Of a batch every weight is read once and used many times.
        let bytes = statistics.median / planned.shape.batch as f64 * planned.format.spec().bits_per_weight() / 8.0;
        Ok(Measurement {
            id: planned.id(backend),
            suite: planned.suite.clone(),
            operation: planned.operation.name().to_owned(),
            format: planned.format.name().to_owned(),
            backend: backend.name().to_owned(),
            threads: planned.threads,
            shape: planned.shape,
            unit: "weights/s".to_owned(),
            median: statistics.median,
            mad: statistics.mad,
            low: statistics.low,
            high: statistics.high,
            samples: ours,
            quantized_bytes_per_second: Some(bytes),
            share_of_roof: roof.map(|roof| bytes / roof),
            against,
            retakes: Vec::new(),
            judgement: None,
        })
    }
}

/// The sampling of a profile.
pub fn sampling(pairs: usize, sample_ms: f64) -> Sampling {
    Sampling { pairs, sample: Duration::from_secs_f64(sample_ms / 1000.0) }
}
