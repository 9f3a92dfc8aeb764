//! What of a record is no speed: a wrong answer has none, and an emulator's clock tells none.

use std::collections::BTreeMap;
use std::fmt;

use crate::schema::{CaseResult, Header, Level, Measurement, ModelRow};

/// Whether a backend's name says that its hardware is emulated: `metal-emulated`, `metal (emulated)`.
pub fn is_emulated(backend: &str) -> bool {
    backend.trim_end_matches(')').ends_with("emulated")
}

/// Why a timing is no speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// An emulator ran the program.
    Emulated,
    /// The format's kernels failed checks on that backend: a wrong answer has no speed.
    Wrong {
        /// How many checks failed.
        checks: u64,
    },
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Emulated => f.write_str("emulated"),
            Self::Wrong { checks: 1 } => f.write_str("1 check failed"),
            Self::Wrong { checks } => write!(f, "{checks} checks failed"),
        }
    }
}

/// What of a run must not be shown as a speed, once its checks are counted.
#[derive(Clone, Debug, Default)]
pub struct Withholding {
    emulated: bool,
    /// Failed checks by format and backend.
    failed: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Withholding {
    /// Of a run that begins so and has no checks yet.
    pub fn new(header: &Header) -> Self {
        Self { emulated: header.environment.emulated, failed: BTreeMap::new() }
    }

    /// Counts a check. Those of the levels above L3 are about other things than the kernels' own results.
    pub fn count(&mut self, case: &CaseResult) {
        if case.state.is_failure() {
            self.count_failures(&case.format, &case.backend, case.level, 1);
        }
    }

    /// Counts failed checks.
    pub fn count_failures(&mut self, format: &str, backend: &str, level: Level, failures: u64) {
        if level <= Level::L3 {
            let backends = self.failed.entry(format.to_owned()).or_default();
            *backends.entry(backend.to_owned()).or_default() += failures;
        }
    }

    /// Failed checks of a format on a backend.
    pub fn failed(&self, format: &str, backend: &str) -> u64 {
        self.failed.get(format).and_then(|backends| backends.get(backend)).copied().unwrap_or(0)
    }

    /// Why a timing is no speed, where it is none.
    pub fn of(&self, format: &str, backend: &str, unit: &str) -> Option<Withheld> {
        match self.failed(format, backend) {
            _ if is_rate(unit) && self.emulates(backend) => Some(Withheld::Emulated),
            0 => None,
            checks => Some(Withheld::Wrong { checks }),
        }
    }

    /// Takes the speeds of a model away where an emulator ran it.
    pub fn withhold(&self, row: &mut ModelRow) {
        if self.emulates(&row.backend) {
            (row.pp512, row.tg128, row.against) = (None, None, None);
        }
    }

    /// Whether what a backend runs on is emulated: the whole program's machine, or the backend's own, as its name says.
    fn emulates(&self, backend: &str) -> bool {
        self.emulated || is_emulated(backend)
    }
}

/// Whether a unit is that of a rate in time, which an emulator falsifies; counts of instructions are none.
pub(crate) fn is_rate(unit: &str) -> bool {
    unit.ends_with("/s")
}

impl Measurement {
    /// Whether the numbers are a rate in time.
    pub fn is_speed(&self) -> bool {
        is_rate(&self.unit)
    }
}
