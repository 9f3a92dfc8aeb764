//! How fast a device reads the weights of each format, as a record tells.

use std::collections::BTreeMap;

use quantmark_kernels::Format;
use quantmark_record::digest::Digest;

use super::mixture::Mixture;

/// Weights a second of each format from memory, one activation at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// The threads that were measured.
    pub threads: usize,
    /// Rate, and the backend that has it.
    by_format: BTreeMap<Format, (f64, String)>,
}

impl Rates {
    /// The rates on as many threads as were measured, of the best backend of each format, or of one backend.
    pub fn of(digest: &Digest, backend: Option<&str>, threads: Option<usize>) -> Option<Self> {
        let matvec = || {
            digest.shown().filter(|(timing, _)| {
                timing.operation == "matvec"
                    && timing.unit == "weights/s"
                    && timing.shape.batch == 1
                    && backend.is_none_or(|backend| timing.backend == backend)
            })
        };
        let threads = threads.or_else(|| matvec().map(|(timing, _)| timing.threads).max())?;
        let mut by_format: BTreeMap<Format, (f64, u64, String)> = BTreeMap::new();
        for (timing, numbers) in matvec().filter(|(timing, _)| timing.threads == threads) {
            let Ok(format) = timing.format.parse::<Format>() else { continue };
            let weights = timing.shape.weights();
            let entry = by_format.entry(format).or_insert((0.0, 0, String::new()));
            // The largest shape tells most of weights from memory; of its backends the fastest counts.
            if weights > entry.1 || weights == entry.1 && numbers.median > entry.0 {
                *entry = (numbers.median, weights, timing.backend.clone());
            }
        }
        let by_format: BTreeMap<_, _> =
            by_format.into_iter().map(|(format, (rate, _, backend))| (format, (rate, backend))).collect();
        (!by_format.is_empty()).then_some(Self { threads, by_format })
    }

    /// Tokens a second if reading the weights is all there is to do, or the format whose rate was not measured.
    pub fn tokens_per_second(&self, mixture: &Mixture) -> Result<f64, Format> {
        let mut seconds = 0.0;
        for (format, &weights) in &mixture.read {
            let (rate, _) = self.by_format.get(format).ok_or(*format)?;
            seconds += weights as f64 / rate;
        }
        Ok(1.0 / seconds)
    }

    /// The backends that the rates are of.
    pub fn backends(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_format.values().map(|(_, backend)| backend.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
