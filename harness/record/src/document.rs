//! What a command prints under `--json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::{CaseResult, Measurement, ModelRow, Summary};
use super::whole::Record;

/// One document a run: counts, what failed, and what was timed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Counts of the cases.
    pub summary: Summary,
    /// Cases that make the run fail.
    pub failures: Vec<CaseResult>,
    /// Timings; without those that are no speed, because an emulator ran the program or a check failed.
    pub measurements: Vec<Measurement>,
    /// Models in file types: size, quality, speed.
    pub models: Vec<ModelRow>,
    /// Whether an emulator ran the program.
    pub emulated: bool,
    /// Whether the run came to its end.
    pub complete: bool,
}

impl From<&Record> for Document {
    fn from(record: &Record) -> Self {
        let timings = record.timings().into_iter().filter(|(_, withheld)| withheld.is_none());
        Self {
            summary: record.summary(),
            failures: record.failures().cloned().collect(),
            measurements: timings.map(|(measurement, _)| measurement.clone()).collect(),
            models: record.models(),
            emulated: record.header.environment.emulated,
            complete: record.is_complete(),
        }
    }
}
