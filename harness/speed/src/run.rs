//! From a planned timing to a measurement.

use std::fmt;
use std::time::Duration;

use quantmark_implementations::{Implementation, OurBackend};
use quantmark_kernels::{Backend, Format, Kernels, Operation};
use quantmark_record::schema::{Against, Measurement, Shape};
use quantmark_record::statistics::{describe, paired_ratio};
use rayon::ThreadPool;

use super::buffers::{Buffers, weights_per_repetition};
use super::error::SpeedError;
use super::roof::read_bandwidth;
use super::sampling::{Samples, Sampling, interleave};
use super::suite::{Suite, Threads, WorkingSet};

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
    /// What decides the buffers of a timing.
    pub fn buffers(&self) -> (Format, Shape, WorkingSet) {
        (self.format, self.shape, self.working_set)
    }

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
    pub fn new(sizes: &[usize], last_cache: u64) -> Result<Self, SpeedError> {
        let bytes = usize::try_from(last_cache * 2).unwrap_or(usize::MAX).max(64 << 20);
        let mut pools = Vec::new();
        for &size in sizes {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(size).build()?;
            let roof = read_bandwidth(&pool, bytes);
            pools.push((pool, roof));
        }
        Ok(Self { pools, last_cache })
    }

    /// Read bandwidth in bytes a second of each pool size.
    pub fn roofs(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.pools.iter().map(|(pool, roof)| (pool.current_num_threads(), *roof))
    }

    /// The buffers of a timing, good for all that have the same of [`Planned::buffers`]. Activations are quantized by
    /// `activation`.
    ///
    /// # Errors
    /// The shape does not suit the format.
    pub fn buffers(
        &self,
        planned: &Planned,
        kernels: Kernels,
        activation: Option<Kernels>,
    ) -> Result<Buffers, SpeedError> {
        let from_memory = planned.working_set == WorkingSet::Memory;
        let at_least = if from_memory { self.last_cache * 2 } else { 0 };
        Ok(Buffers::new(&kernels, activation.as_ref(), planned.shape, at_least)?)
    }

    /// Takes one look. Where there is another implementation that has no part in it, `say` gets the reason.
    ///
    /// # Errors
    /// The backend lacks the kernel.
    pub fn look(
        &self,
        planned: &Planned,
        kernels: Kernels,
        buffers: &Buffers,
        against: Option<&dyn Implementation>,
        sampling: Sampling,
        say: &dyn Fn(String),
    ) -> Result<Samples, SpeedError> {
        let (pool, _) = self.pool(planned);
        if !kernels.supports(planned.operation) {
            let (operation, format, backend) = (planned.operation, planned.format, kernels.backend());
            return Err(SpeedError::NoKernel { backend, operation, format });
        }
        let task = buffers.task(planned.operation, pool);
        let backend = OurBackend::new(kernels.backend().detect().expect("its kernels are at hand"));
        let mut ours = backend.prepare(&task).expect("the backend has the kernel");
        let Some(against) = against else { return Ok(interleave(sampling, ours.as_mut(), None)) };
        let mut theirs = match against.prepare(&task) {
            Ok(theirs) => theirs,
            Err(refusal) => {
                // What an implementation lacks for a format is missing there, not an error of the run.
                let (format, operation) = (planned.format, planned.operation);
                say(format!("{format} {operation} stands alone: {}: {refusal}", against.receipt().name));
                return Ok(interleave(sampling, ours.as_mut(), None));
            }
        };
        let samples = interleave(sampling, ours.as_mut(), Some(theirs.as_mut()));
        let failure = theirs.failure().map(str::to_owned);
        Ok(match failure {
            None => samples,
            Some(reason) => {
                let (format, operation) = (planned.format, planned.operation);
                say(format!("{format} {operation} stands alone: {}: {reason}", against.receipt().name));
                Samples { theirs: Vec::new(), ..samples }
            }
        })
    }

    /// All looks as a row of the record.
    ///
    /// # Errors
    /// There are no samples.
    pub fn measurement(
        &self,
        planned: &Planned,
        backend: Backend,
        against: Option<&dyn Implementation>,
        looks: usize,
        samples: Samples,
    ) -> Result<Measurement, SpeedError> {
        let weights = weights_per_repetition(planned.operation, planned.shape);
        let receipt = against.map(Implementation::receipt);
        let against = receipt.as_ref().map_or(("", ""), |receipt| (&receipt.name, &receipt.variant));
        let roof = (planned.working_set == WorkingSet::Memory).then_some(self.pool(planned).1);
        Taken { backend, against, weights, looks, samples, roof }.measurement(planned)
    }

    fn pool(&self, planned: &Planned) -> &(ThreadPool, f64) {
        let suits = |(pool, _): &&(ThreadPool, f64)| pool.current_num_threads() == planned.threads;
        self.pools.iter().find(suits).expect("a pool was started for every number of threads in the plan")
    }
}

/// Samples that have been taken.
pub(super) struct Taken<'a> {
    pub(super) backend: Backend,
    /// The other side's name and variant.
    pub(super) against: (&'a str, &'a str),
    /// Weights that one repetition goes over.
    pub(super) weights: f64,
    pub(super) looks: usize,
    pub(super) samples: Samples,
    /// Bytes a second that memory gives, where the weights come from there.
    pub(super) roof: Option<f64>,
}

impl Taken<'_> {
    /// The row of the record.
    pub(super) fn measurement(self, planned: &Planned) -> Result<Measurement, SpeedError> {
        let Self { backend, against: (implementation, variant), weights, looks, samples, roof } = self;
        let rates = |seconds: &[f64]| seconds.iter().map(|seconds| weights / seconds).collect::<Vec<f64>>();
        let (ours, theirs) = (rates(&samples.ours), rates(&samples.theirs));
        let statistics = describe(&ours, BOOTSTRAP_SEED).ok_or(SpeedError::NoSamples)?;
        let against = (!theirs.is_empty()).then_some(()).and_then(|()| {
            Some(Against {
                implementation: implementation.to_owned(),
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
            looks,
            quantized_bytes_per_second: Some(bytes),
            share_of_roof: roof.map(|roof| bytes / roof),
            against,
            retakes: Vec::new(),
            judgement: None,
        })
    }
}

/// The sampling of a profile.
pub fn sampling(looks: usize, pairs: usize, sample_ms: f64) -> Sampling {
    Sampling { looks, pairs, sample: Duration::from_secs_f64(sample_ms / 1000.0) }
}
