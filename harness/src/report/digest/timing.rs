//! A timing without its samples.

use crate::record::Withheld;
use crate::record::schema::{Interval, Measurement, Shape};
use crate::report::plain::plain;

/// What was timed, and its numbers where they may be shown.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    pub(crate) operation: String,
    pub(crate) format: String,
    pub(crate) backend: String,
    pub(crate) threads: usize,
    pub(crate) shape: Shape,
    pub(crate) unit: String,
    pub(crate) numbers: Result<Numbers, Withheld>,
}

/// The numbers of a timing, in its unit.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) median: f64,
    pub(crate) mad: f64,
    pub(crate) bytes_per_second: Option<f64>,
    pub(crate) share_of_roof: Option<f64>,
    pub(crate) against: Option<Other>,
}

/// The same work by another implementation.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) implementation: String,
    pub(crate) ratio: Interval,
}

impl Timing {
    pub(crate) fn of(measurement: &Measurement) -> Self {
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
    pub(crate) fn is_speed(&self) -> bool {
        self.unit.ends_with("/s")
    }

    /// Whether less is better: counts, and times.
    pub(crate) fn less_is_better(&self) -> bool {
        !self.is_speed()
    }
}

impl Numbers {
    /// The read bandwidth of memory that the share is of, in bytes a second.
    pub(crate) fn roof(&self) -> Option<f64> {
        let roof = self.bytes_per_second? / self.share_of_roof?;
        (roof.is_finite() && roof > 0.0).then_some(roof)
    }
}
