//! The number of a result that is followed from run to run.

use std::borrow::Cow;

use quantmark_record::schema::{Measurement, ModelRow};

/// One number of a run; larger is better.
#[derive(Clone, Debug, PartialEq)]
pub struct Value<'a> {
    /// Names the series within its device, with the unit.
    pub series: Cow<'a, str>,
    /// The unit: of a rate, or `ratio to` what was timed in turn.
    pub unit: String,
    /// The first look.
    pub first: f64,
}

impl<'a> Value<'a> {
    /// Of a timing: the ratio where there is another side, because what slows down the machine slows down both.
    pub fn of_timing(timing: &'a Measurement) -> Self {
        let (unit, first) = match &timing.against {
            Some(against) => (format!("ratio to {} {}", against.implementation, against.variant), against.ratio.median),
            None => (timing.unit.clone(), timing.median),
        };
        Self { series: Cow::Borrowed(&timing.id), unit, first }
    }

    /// Of a model: how fast it reads and writes, where that was timed.
    pub fn of_model(row: &'a ModelRow) -> impl Iterator<Item = Self> {
        [("pp512", row.pp512), ("tg128", row.tg128)].into_iter().filter_map(|(name, rate)| {
            let series = Cow::Owned(format!("{}/{name}", row.id));
            rate.map(|first| Self { series, unit: "tokens/s".to_owned(), first })
        })
    }
}
