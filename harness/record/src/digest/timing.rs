//! A timing without its samples.

use quantmark_files::plain::plain;

use crate::schema::{Interval, Measurement, Shape};
use crate::withheld::{Withheld, is_rate};

/// What was timed, and its numbers where they may be shown.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Operation.
    pub operation: String,
    /// ggml's name of the format.
    pub format: String,
    /// Backend.
    pub backend: String,
    /// Threads.
    pub threads: usize,
    /// Shape.
    pub shape: Shape,
    /// Unit of the numbers.
    pub unit: String,
    /// The numbers, or why they are not shown.
    pub numbers: Result<Numbers, Withheld>,
}

/// The numbers of a timing, in its unit.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Median of the samples.
    pub median: f64,
    /// Median absolute deviation of the samples.
    pub mad: f64,
    /// Bytes of quantized weights a second.
    pub bytes_per_second: Option<f64>,
    /// Share of the measured memory roof.
    pub share_of_roof: Option<f64>,
    /// The same work by another implementation.
    pub against: Option<Other>,
}

/// The same work by another implementation.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its name.
    pub implementation: String,
    /// Ours over its, with its interval; above 1 ours is faster.
    pub ratio: Interval,
}

impl Timing {
    /// A line of a record without its samples, every text plain.
    pub fn of(measurement: &Measurement) -> Self {
        let against = measurement
            .against
            .as_ref()
            .map(|against| Other { implementation: plain(&against.implementation), ratio: against.ratio });
        Self {
            operation: plain(&measurement.operation),
            format: plain(&measurement.format),
            backend: plain(&measurement.backend),
            threads: measurement.threads,
            shape: measurement.shape,
            unit: plain(&measurement.unit),
            numbers: Ok(Numbers {
                median: measurement.median,
                mad: measurement.mad,
                bytes_per_second: measurement.quantized_bytes_per_second,
                share_of_roof: measurement.share_of_roof,
                against,
            }),
        }
    }

    /// Whether the numbers are a rate in time.
    pub fn is_speed(&self) -> bool {
        is_rate(&self.unit)
    }

    /// Whether less is better: counts, and times.
    pub fn less_is_better(&self) -> bool {
        !self.is_speed()
    }
}

impl Numbers {
    /// The read bandwidth of memory that the share is of, in bytes a second.
    pub fn roof(&self) -> Option<f64> {
        let roof = self.bytes_per_second? / self.share_of_roof?;
        (roof.is_finite() && roof > 0.0).then_some(roof)
    }
}
