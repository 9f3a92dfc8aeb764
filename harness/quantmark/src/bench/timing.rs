//! Taking the timings of a plan, one after another with nothing beside them.

use std::cell::RefCell;
use std::collections::HashSet;

use quantmark_fault::Failure;
use quantmark_implementations::Implementation;
use quantmark_kernels::{Backend, Format, Kernels, kernels};
use quantmark_machine as device;
use quantmark_record::Writer;
use quantmark_record::schema::Measurement;
use quantmark_speed::run::{Machine, Planned};
use quantmark_speed::sampling::{Samples, Sampling};
use quantmark_verdict::regression::Watch;

use super::Against;
use super::gate::Gate;
use crate::progress::Progress;

/// The planned timings with the kernels that have the operation. The backends of one timing follow each other, so that
/// they meet the machine in the same state.
pub fn with_kernels<'a>(
    planned: &'a [Planned],
    backends: &'a [Backend],
) -> impl Iterator<Item = (&'a Planned, Kernels)> + 'a {
    planned.iter().flat_map(|planned| backends.iter().map(move |&backend| (planned, backend))).filter_map(
        |(planned, backend)| {
            let kernels = kernels(planned.format, backend.detect().ok()?)?;
            kernels.supports(planned.operation).then_some((planned, kernels))
        },
    )
}

/// Takes the timings that the gate lets through, each into the record and held against its history where one is given.
///
/// # Errors
/// The record cannot be written, threads cannot be started.
pub fn run<'a>(
    todo: impl Iterator<Item = (&'a Planned, Kernels)>,
    sampling: Sampling,
    gate: &Gate,
    against: Option<&Against>,
    watch: Option<&Watch>,
    writer: &mut Writer,
    progress: &Progress,
) -> Result<(), Failure> {
    let (right, wrong): (Vec<_>, Vec<_>) =
        todo.partition(|(planned, kernels)| gate.failed(planned.format, kernels.backend()) == 0);
    if !right.is_empty() {
        time(&right, sampling, against, watch, writer, progress)?;
    }
    let mut untimed: Vec<String> = wrong
        .iter()
        .map(|(planned, kernels)| {
            let failed = gate.failed(planned.format, kernels.backend());
            format!("{} on {} is not timed: {failed} of its checks failed", planned.format, kernels.backend())
        })
        .collect();
    untimed.dedup();
    untimed.iter().for_each(|line| progress.say(line));
    Ok(())
}

/// Timings whose looks are taken in turn. More are further apart in time; more are lost when a run is stopped.
const GROUP: usize = 48;

fn time(
    timings: &[Timing<'_>],
    sampling: Sampling,
    against: Option<&Against>,
    watch: Option<&Watch>,
    writer: &mut Writer,
    progress: &Progress,
) -> Result<(), Failure> {
    let step = progress.step("timings", (timings.len() * sampling.looks) as u64);
    let mut threads: Vec<usize> = timings.iter().map(|(planned, _)| planned.threads).collect();
    threads.sort_unstable();
    threads.dedup();
    let last_cache = device::caches().last().copied().unwrap_or(0);
    let machine = Machine::new(&threads, last_cache)?;
    let said = RefCell::new(HashSet::new());
    let say = |line: String| {
        if said.borrow_mut().insert(line.clone()) {
            progress.say(&line);
        }
    };
    let timer = Timer { machine, sampling, against, say: &say };
    for group in timings.chunks(GROUP) {
        for (&(planned, kernels), samples) in group.iter().zip(timer.looks(group, &|id| step.advance(id))?) {
            let mut measurement = timer.measurement(planned, kernels, samples)?;
            if let Some(watch) = watch {
                measurement = watch.judge(measurement, || timer.again(planned, kernels))?;
            }
            writer.append(measurement).map_err(Failure::environment)?;
        }
    }
    step.finish(&format!("{} taken", timings.len()));
    Ok(())
}

/// What is timed, and the kernels that do it.
type Timing<'a> = (&'a Planned, Kernels);

/// Takes looks.
struct Timer<'a> {
    machine: Machine,
    sampling: Sampling,
    against: Option<&'a Against>,
    say: &'a dyn Fn(String),
}

impl Timer<'_> {
    /// All looks at timings, each look at all of them before the next, with buffers made anew. Buffers take longer to
    /// make than a timing to take: those of a format serve all its backends and threads.
    fn looks(&self, timings: &[Timing<'_>], taken: &dyn Fn(&str)) -> Result<Vec<Samples>, Failure> {
        let mut all = vec![Samples::default(); timings.len()];
        for _ in 0..self.sampling.looks {
            let mut rows = all.iter_mut();
            for alike in timings.chunk_by(|(a, _), (b, _)| a.buffers() == b.buffers()) {
                let (first, of_first) = alike[0];
                let buffers = self.machine.buffers(first, of_first, quantizer_of_activations(first.format))?;
                for (&(planned, kernels), samples) in alike.iter().zip(&mut rows) {
                    let beside = self.beside(kernels);
                    let look = self.machine.look(planned, kernels, &buffers, beside, self.sampling, self.say)?;
                    samples.add(look);
                    taken(&planned.id(kernels.backend()));
                }
            }
        }
        Ok(all)
    }

    fn measurement(&self, planned: &Planned, kernels: Kernels, samples: Samples) -> Result<Measurement, Failure> {
        let (backend, looks) = (kernels.backend(), self.sampling.looks);
        Ok(self.machine.measurement(planned, backend, self.beside(kernels), looks, samples)?)
    }

    /// The whole measurement again.
    fn again(&self, planned: &Planned, kernels: Kernels) -> Result<Measurement, Failure> {
        let samples = self.looks(&[(planned, kernels)], &|_| ())?.pop().unwrap_or_default();
        self.measurement(planned, kernels, samples)
    }

    fn beside(&self, kernels: Kernels) -> Option<&dyn Implementation> {
        self.against.and_then(|against| against.of(kernels.backend())).map(|beside| beside as &dyn Implementation)
    }
}

/// Activations come from the definition, whatever is timed.
fn quantizer_of_activations(format: Format) -> Option<Kernels> {
    let scalar = Backend::Scalar.detect().ok()?;
    kernels(format.spec().activation?, scalar)
}
