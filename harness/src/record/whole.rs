//! A record in memory.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::BufRead;
use std::path::Path;

use super::error::RecordError;
use super::reader::Reader;
use super::schema::{
    CaseResult, Footer, Header, Level, Line, Measurement, ModelRow, Resumed, SizeRow, Summary, Verdict,
};

/// Everything that a record holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What ran, where.
    pub header: Header,
    /// Where the run was cut short and went on.
    pub resumed: Vec<Resumed>,
    /// Conformance cases, in the order they ended.
    pub cases: Vec<CaseResult>,
    /// Sizes.
    pub sizes: Vec<SizeRow>,
    /// Timings.
    pub measurements: Vec<Measurement>,
    /// Models in file types.
    pub models: Vec<ModelRow>,
    /// The end; absent where the run was cut short.
    pub footer: Option<Footer>,
}

impl Record {
    /// Reads a record whole. One that was cut short has no footer; that is no error.
    ///
    /// # Errors
    /// The file cannot be read, or a line is not what a record holds there.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        Self::collect(&mut Reader::open(path)?)
    }

    pub(super) fn collect<R: BufRead>(reader: &mut Reader<R>) -> Result<Self, RecordError> {
        let mut record: Option<Self> = None;
        for line in reader {
            match (line?, &mut record) {
                (Line::Header(header), none) => *none = Some(Self::begin(*header)),
                (Line::Case(case), Some(record)) => record.cases.push(*case),
                (Line::Size(row), Some(record)) => record.sizes.push(row),
                (Line::Measurement(measurement), Some(record)) => record.measurements.push(*measurement),
                (Line::Model(row), Some(record)) => record.models.push(*row),
                (Line::Resumed(resumed), Some(record)) => record.resumed.push(resumed),
                (Line::Footer(footer), Some(record)) => record.footer = Some(footer),
                (_, None) => unreachable!("the reader gives the header first"),
            }
        }
        Ok(record.expect("the reader gives a header or an error"))
    }

    /// A record that holds nothing yet.
    pub fn begin(header: Header) -> Self {
        Self {
            header,
            resumed: Vec::new(),
            cases: Vec::new(),
            sizes: Vec::new(),
            measurements: Vec::new(),
            models: Vec::new(),
            footer: None,
        }
    }

    /// Counts of the cases.
    pub fn summary(&self) -> Summary {
        self.cases.iter().map(|case| case.state).collect()
    }

    /// Cases that make the run fail.
    pub fn failures(&self) -> impl Iterator<Item = &CaseResult> {
        self.cases.iter().filter(|case| case.state.is_failure())
    }

    /// The timings, each with the reason where it must not be shown as a speed.
    pub fn timings(&self) -> Vec<(&Measurement, Option<Withheld>)> {
        let mut wrong: HashMap<(&str, &str), u64> = HashMap::new();
        for case in self.failures().filter(|case| case.level <= Level::L3) {
            *wrong.entry((&case.format, &case.backend)).or_default() += 1;
        }
        let withheld =
            |measurement: &Measurement| match wrong.get(&(measurement.format.as_str(), measurement.backend.as_str())) {
                _ if measurement.is_speed() && self.emulates(&measurement.backend) => Some(Withheld::Emulated),
                Some(&checks) => Some(Withheld::Wrong { checks }),
                None => None,
            };
        self.measurements.iter().map(|measurement| (measurement, withheld(measurement))).collect()
    }

    /// The timings that their history calls slower.
    pub fn got_slower(&self) -> impl Iterator<Item = &Measurement> {
        let slower = |timing: &&Measurement| {
            timing.judgement.as_ref().is_some_and(|judgement| judgement.verdict == Verdict::Slower)
        };
        self.measurements.iter().filter(slower)
    }

    /// Whether what a backend runs on is emulated: the whole program's machine, or the backend's own, as its name says.
    fn emulates(&self, backend: &str) -> bool {
        self.header.environment.emulated || is_emulated(backend)
    }

    /// The models, without the speeds that are none because an emulator ran the program.
    pub fn models(&self) -> Vec<ModelRow> {
        let mut models = self.models.clone();
        for row in models.iter_mut().filter(|row| self.emulates(&row.backend)) {
            (row.pp512, row.tg128, row.against) = (None, None, None);
        }
        models
    }

    /// Whether the run came to its end.
    pub fn is_complete(&self) -> bool {
        self.footer.is_some()
    }

    /// Ids of the results: what a resumed run leaves out.
    pub fn done(&self) -> HashSet<String> {
        let cases = self.cases.iter().map(|case| case.id.clone());
        let sizes = self.sizes.iter().map(SizeRow::id);
        let measurements = self.measurements.iter().map(|measurement| measurement.id.clone());
        let models = self.models.iter().map(|row| row.id.clone());
        cases.chain(sizes).chain(measurements).chain(models).collect()
    }
}

impl Measurement {
    /// Whether the numbers are a rate in time, which an emulator falsifies; counts of instructions are not.
    pub fn is_speed(&self) -> bool {
        self.unit.ends_with("/s")
    }
}

/// Whether a backend's name says that its hardware is emulated: `metal-emulated`, `metal (emulated)`.
pub(crate) fn is_emulated(backend: &str) -> bool {
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
