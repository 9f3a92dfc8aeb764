//! Taking the timings of a plan, one after another with nothing beside them.

use std::cell::RefCell;
use std::collections::HashSet;

use quantmark_kernels::{Backend, Kernels, kernels};

use super::Rival;
use super::gate::Gate;
use crate::cmd::Failure;
use crate::device;
use crate::progress::Progress;
use crate::record::Writer;
use crate::speed::run::{Machine, Planned};
use crate::speed::sampling::Sampling;
use crate::verdict::Watch;

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
    rival: Option<&Rival>,
    watch: Option<&Watch>,
    writer: &mut Writer,
    progress: &Progress,
) -> Result<(), Failure> {
    let (right, wrong): (Vec<_>, Vec<_>) =
        todo.partition(|(planned, kernels)| gate.failed(planned.format, kernels.backend()) == 0);
    if !right.is_empty() {
        time(&right, sampling, rival, watch, writer, progress)?;
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

fn time(
    timings: &[(&Planned, Kernels)],
    sampling: Sampling,
    rival: Option<&Rival>,
    watch: Option<&Watch>,
    writer: &mut Writer,
    progress: &Progress,
) -> Result<(), Failure> {
    let step = progress.step("timings", timings.len() as u64);
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
    // Making buffers takes longer than a timing; those of a format on all backends and threads follow each other.
    for alike in timings.chunk_by(|(a, _), (b, _)| a.buffers() == b.buffers()) {
        let (first, of_first) = &alike[0];
        // Activations come from the definition, whatever is timed.
        let scalar = Backend::Scalar.detect().ok();
        let activation =
            first.format.spec().activation.zip(scalar).and_then(|(format, scalar)| self::kernels(format, scalar));
        let buffers = machine.buffers(first, *of_first, activation)?;
        for (planned, kernels) in alike {
            let other = rival.and_then(|rival| rival.of(kernels.backend()));
            let measure = || machine.measure(planned, *kernels, &buffers, other, sampling, &say);
            let mut measurement = measure()?;
            if let Some(watch) = watch {
                measurement = watch.judge(measurement, measure)?;
            }
            step.advance(&measurement.id);
            writer.append(measurement).map_err(Failure::environment)?;
        }
    }
    step.finish(&format!("{} taken", timings.len()));
    Ok(())
}
