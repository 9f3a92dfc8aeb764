//! The timings of a plan that the GPU takes.

use quantmark_fault::Failure;
use quantmark_kernels::Backend;
use quantmark_record::Writer;
use quantmark_speed::gpu::Gpu;
use quantmark_speed::run::Planned;
use quantmark_speed::sampling::Sampling;
use quantmark_verdict::regression::Watch;

use super::against::Against;
use super::gate::Gate;
use crate::progress::Progress;

/// What of a plan the shaders have, where the GPU is among the backends.
pub fn planned<'a>(planned: &'a [Planned], backends: &[Backend]) -> impl Iterator<Item = &'a Planned> {
    let is_asked = backends.contains(&Backend::Metal);
    planned.iter().filter(move |planned| is_asked && Gpu::takes(planned))
}

/// Takes the timings that the gate lets through, each into the record.
///
/// # Errors
/// The record cannot be written, or there is no GPU.
pub fn run<'a>(
    todo: impl Iterator<Item = &'a Planned>,
    sampling: Sampling,
    gate: &Gate,
    against: Option<&Against>,
    watch: Option<&Watch>,
    writer: &mut Writer,
    progress: &Progress,
) -> Result<(), Failure> {
    let (right, wrong): (Vec<_>, Vec<_>) = todo.partition(|planned| gate.failed(planned.format, Backend::Metal) == 0);
    if !right.is_empty() {
        let gpu = Gpu::new(against.and_then(Against::llama_cpp).as_deref())?;
        let step = progress.step("timings of the GPU", right.len() as u64);
        for planned in &right {
            let mut measurement = gpu.measure(planned, sampling)?;
            if let Some(watch) = watch {
                measurement = watch.judge(measurement, || gpu.measure(planned, sampling))?;
            }
            step.advance(&measurement.id);
            writer.append(measurement).map_err(Failure::environment)?;
        }
        step.finish(&format!("{} taken", right.len()));
    }
    for planned in wrong {
        progress.say(&format!("{} on metal is not timed: its checks failed", planned.format));
    }
    Ok(())
}
