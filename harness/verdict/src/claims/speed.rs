//! Checks of speed, and of where a format runs at all.

use std::collections::BTreeMap;

use quantmark_record::digest::Digest;
use quantmark_record::number::digits;
use quantmark_record::schema::Level;

use super::{Finding, Holds};

/// Formats that hold weights as they are.
const FULL: [&str; 3] = ["f32", "f16", "bf16"];

/// Weights a second of each format by the backend that does best: the largest shape on the most threads, from memory.
fn rates(digest: &Digest) -> BTreeMap<&str, f64> {
    let timings = || digest.shown().filter(|(timing, _)| timing.operation == "matvec" && timing.is_speed());
    let look = |timing: &quantmark_record::digest::Timing| (timing.threads, timing.shape.weights());
    let largest = timings().map(|(timing, _)| look(timing)).max();
    let mut rates: BTreeMap<&str, f64> = BTreeMap::new();
    for (timing, numbers) in timings().filter(|(timing, _)| Some(look(timing)) == largest) {
        let rate = rates.entry(&timing.format).or_default();
        *rate = rate.max(numbers.median);
    }
    rates
}

fn quantized<'a>(rates: &BTreeMap<&'a str, f64>) -> Vec<(&'a str, f64)> {
    let mut quantized: Vec<(&str, f64)> =
        rates.iter().filter(|(name, _)| !FULL.contains(name)).map(|(name, rate)| (*name, *rate)).collect();
    quantized.sort_by(|a, b| b.1.total_cmp(&a.1));
    quantized
}

const NO_SPEED: &str = "no product with weights from memory was timed";

/// Whether a format is the fastest of the quantized ones; said of some machines only.
pub(super) fn fastest(digest: &Digest, format: &str, targets: &[String]) -> Finding {
    let rates = quantized(&rates(digest));
    let Some(place) = rates.iter().position(|(name, _)| *name == format) else { return Finding::missing(NO_SPEED) };
    let (best, rate) = rates[0];
    let measured = format!(
        "{format} is number {} of {} by weights a second, {} of the fastest, {best}",
        place + 1,
        rates.len(),
        digits(rates[place].1 / rate)
    );
    let target = &digest.header.environment.target;
    if !targets.iter().any(|start| target.starts_with(start.as_str())) {
        return Finding::new(Holds::NotMeasurable, format!("{measured}, on {target}, which is no such machine"));
    }
    Finding::new(place == 0, measured)
}

/// Whether every quantized format is faster than F16, or than F32.
pub(super) fn faster_than_full(digest: &Digest) -> Finding {
    let rates = rates(digest);
    let quantized = quantized(&rates);
    let (mut texts, mut true_of) = (Vec::new(), Vec::new());
    for (name, full) in [("F16", "f16"), ("F32", "f32")] {
        let Some(&base) = rates.get(full) else { continue };
        let slower: Vec<String> = quantized
            .iter()
            .filter(|(_, rate)| *rate <= base)
            .map(|(format, rate)| format!("{format} ×{}", digits(rate / base)))
            .collect();
        let faster = quantized.len() - slower.len();
        let but = if slower.is_empty() { String::new() } else { format!(", not {}", slower.join(", ")) };
        texts
            .push(format!("{faster} of {} formats go through more weights a second than {name}{but}", quantized.len()));
        if slower.is_empty() {
            true_of.push(name);
        }
    }
    if texts.is_empty() || quantized.is_empty() {
        return Finding::missing(NO_SPEED);
    }
    let baseline = if true_of.is_empty() { "neither F16 nor F32".to_owned() } else { true_of.join(" and ") };
    Finding::new(!true_of.is_empty(), texts.join("; ")).against(&baseline)
}

/// Whether a format's checks hold on a backend.
pub(super) fn runs_on(digest: &Digest, format: &str, backend: &str) -> Finding {
    let cells = digest.cells.iter().filter(|(cell, _)| {
        cell.format == format && cell.backend == backend && (Level::L1..=Level::L3).contains(&cell.level)
    });
    let (pass, failed) =
        cells.fold((0, 0), |(pass, failed), (_, counts)| (pass + counts.pass, failed + counts.failures()));
    if pass + failed == 0 {
        return Finding::missing(&format!("{format} was not checked on {backend}"));
    }
    let measured = format!("{pass} of {} checks of {format} held by {backend} code", pass + failed);
    Finding::new(failed == 0, measured)
}
