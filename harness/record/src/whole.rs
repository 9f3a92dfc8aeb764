//! A record in memory.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

use super::error::RecordError;
use super::reader::Reader;
use super::schema::{CaseResult, Footer, Header, Line, Measurement, ModelRow, Resumed, SizeRow, Summary, Verdict};
use super::withheld::{Withheld, Withholding};

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

    /// What of the run is no speed.
    fn withholding(&self) -> Withholding {
        let mut withholding = Withholding::new(&self.header);
        self.cases.iter().for_each(|case| withholding.count(case));
        withholding
    }

    /// The timings, each with the reason where it must not be shown as a speed.
    pub fn timings(&self) -> Vec<(&Measurement, Option<Withheld>)> {
        let withholding = self.withholding();
        let withheld = |timing: &Measurement| withholding.of(&timing.format, &timing.backend, &timing.unit);
        self.measurements.iter().map(|timing| (timing, withheld(timing))).collect()
    }

    /// The timings that their history calls slower.
    pub fn got_slower(&self) -> impl Iterator<Item = &Measurement> {
        let slower = |timing: &&Measurement| {
            timing.judgement.as_ref().is_some_and(|judgement| judgement.verdict == Verdict::Slower)
        };
        self.measurements.iter().filter(slower)
    }

    /// The models, without the speeds that are none because an emulator ran the program.
    pub fn models(&self) -> Vec<ModelRow> {
        let withholding = Withholding::new(&self.header);
        let mut models = self.models.clone();
        models.iter_mut().for_each(|row| withholding.withhold(row));
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
