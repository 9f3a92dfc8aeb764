//! A measurement held against its history while the machine is still at hand.

use quantmark_record::schema::Measurement;

use super::history::History;
use super::robust::trimmed_mean;
use super::rules::Rules;
use super::value::Value;

/// A device's history, and the rules that it is read by.
#[derive(Clone, Debug)]
pub struct Watch {
    rules: Rules,
    history: History,
}

impl Watch {
    /// By the project's rules.
    pub fn new(history: History) -> Self {
        Self { rules: Rules::load(), history }
    }

    /// Adds to a measurement what its history says. One that stands out is taken again first, by `again`, and more often
    /// where that leaves doubt.
    ///
    /// # Errors
    /// Those of `again`.
    pub fn judge<E>(
        &self,
        mut measurement: Measurement,
        mut again: impl FnMut() -> Result<Measurement, E>,
    ) -> Result<Measurement, E> {
        if !measurement.is_speed() {
            return Ok(measurement);
        }
        let value = Value::of_timing(&measurement);
        let first = value.first;
        let mut series = self.history.series(&self.rules, &value);
        let mut retakes = Vec::new();
        let mut take = |times: usize| -> Result<Option<f64>, E> {
            for _ in 0..times {
                retakes.push(Value::of_timing(&again()?).first);
            }
            Ok(trimmed_mean(&retakes))
        };
        let mut retaken = if series.suspects(first) { take(self.rules.retakes)? } else { None };
        if retaken.is_some_and(|mean| series.doubts(mean)) {
            retaken = take(self.rules.more_retakes)?;
        }
        measurement.judgement = Some(series.take(first, retaken, None));
        measurement.retakes = retakes;
        Ok(measurement)
    }
}
