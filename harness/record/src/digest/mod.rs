//! What the pages need of a record, taken line by line: counts instead of checks, medians instead of samples. A digest
//! is of bounded size whatever the record's, and every text in it is plain.

mod cell;
mod cleaned;
mod limits;
mod timing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::schema::{CaseResult, Footer, Header, Line, ModelRow, SizeRow, State, Summary};
use crate::{Reader, Record, RecordError, Withholding};

pub use cell::Cell;
pub use timing::{Numbers, Timing};

/// Checks that did not count, for one reason.
#[derive(Clone, Debug, Default)]
pub struct Aside {
    /// How many checks.
    pub count: u64,
    /// The formats that they are about.
    pub formats: BTreeSet<String>,
    /// The first of them.
    pub ids: Vec<String>,
}

/// How much is in the record and not in the digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Checks.
    pub cases: u64,
    /// Reasons of checks that were not run.
    pub reasons: u64,
    /// Timings.
    pub timings: u64,
    /// Models.
    pub models: u64,
    /// Sizes.
    pub sizes: u64,
}

/// A record in brief.
#[derive(Clone, Debug)]
pub struct Digest {
    /// What ran, where.
    pub header: Header,
    /// The end; absent where the run was cut short.
    pub footer: Option<Footer>,
    /// How often the run was cut short and went on.
    pub resumed: u64,
    /// Counts of all checks.
    pub summary: Summary,
    /// Counts by format, backend and level.
    pub cells: BTreeMap<Cell, Summary>,
    /// The first of the failed checks.
    pub failures: Vec<CaseResult>,
    /// Checks that did not count, by state and reason.
    pub aside: BTreeMap<(State, String), Aside>,
    /// Sizes.
    pub sizes: Vec<SizeRow>,
    /// Timings.
    pub timings: Vec<Timing>,
    /// Models; without speeds where an emulator ran the program.
    pub models: Vec<ModelRow>,
    /// What the digest has no room for.
    pub left_out: LeftOut,
}

impl Digest {
    /// Reads a record in bounded memory.
    ///
    /// # Errors
    /// The file cannot be read, or a line is not what a record holds there.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        let mut digest: Option<Self> = None;
        for line in Reader::open(path)?.bounded() {
            match (line?, &mut digest) {
                (Line::Header(header), none @ None) => *none = Some(Self::begin(&header)),
                (line, Some(digest)) => digest.add(line),
                (_, None) => unreachable!("the reader gives the header first"),
            }
        }
        let mut digest = digest.expect("the reader gives a header or an error");
        digest.withhold();
        Ok(digest)
    }

    fn begin(header: &Header) -> Self {
        Self {
            header: cleaned::header(header),
            footer: None,
            resumed: 0,
            summary: Summary::default(),
            cells: BTreeMap::new(),
            failures: Vec::new(),
            aside: BTreeMap::new(),
            sizes: Vec::new(),
            timings: Vec::new(),
            models: Vec::new(),
            left_out: LeftOut::default(),
        }
    }

    fn add(&mut self, line: Line) {
        match line {
            Line::Header(_) => {}
            Line::Case(case) => self.add_case(&case),
            Line::Size(row) if self.sizes.len() < limits::SIZES => self.sizes.push(cleaned::size(row)),
            Line::Size(_) => self.left_out.sizes += 1,
            Line::Measurement(measurement) if self.timings.len() < limits::TIMINGS => {
                self.timings.push(Timing::of(&measurement));
            }
            Line::Measurement(_) => self.left_out.timings += 1,
            Line::Model(row) if self.models.len() < limits::MODELS => self.models.push(cleaned::model(*row)),
            Line::Model(_) => self.left_out.models += 1,
            Line::Resumed(_) => self.resumed += 1,
            Line::Footer(footer) => self.footer = Some(footer),
        }
    }

    fn add_case(&mut self, case: &CaseResult) {
        self.summary.count(case.state);
        let cell = cleaned::cell(case);
        if self.cells.len() < limits::CELLS || self.cells.contains_key(&cell) {
            self.cells.entry(cell).or_default().count(case.state);
        } else {
            self.left_out.cases += 1;
        }
        match case.state {
            state if state.is_failure() => {
                if self.failures.len() < limits::FAILURES {
                    self.failures.push(cleaned::case(case));
                }
            }
            State::Pass => {}
            state => self.add_aside(state, case),
        }
    }

    fn add_aside(&mut self, state: State, case: &CaseResult) {
        let reason = cleaned::reason(case);
        let known = self.aside.len() < limits::REASONS || self.aside.contains_key(&(state, reason.clone()));
        if !known {
            self.left_out.reasons += 1;
            return;
        }
        let aside = self.aside.entry((state, reason)).or_default();
        aside.count += 1;
        if aside.formats.len() < limits::SIZES {
            aside.formats.insert(cleaned::cell(case).format);
        }
        if aside.ids.len() < limits::IDS {
            aside.ids.push(quantmark_files::plain::plain(&case.id));
        }
    }

    /// Takes away what is no speed: of formats that failed checks, and under an emulator every one.
    fn withhold(&mut self) {
        let mut withholding = Withholding::new(&self.header);
        for (cell, summary) in &self.cells {
            withholding.count_failures(&cell.format, &cell.backend, cell.level, summary.failures());
        }
        for timing in &mut self.timings {
            if let Some(withheld) = withholding.of(&timing.format, &timing.backend, &timing.unit) {
                timing.numbers = Err(withheld);
            }
        }
        self.models.iter_mut().for_each(|row| withholding.withhold(row));
    }

    /// Whether the run came to its end.
    pub const fn is_complete(&self) -> bool {
        self.footer.is_some()
    }

    /// The device's name, and that an emulator ran the program.
    pub fn device(&self) -> String {
        let environment = &self.header.environment;
        let name = if environment.device.is_empty() { "unnamed device" } else { &environment.device };
        if environment.emulated { format!("{name} (emulated)") } else { name.to_owned() }
    }

    /// Timings with their numbers, without those withheld.
    pub fn shown(&self) -> impl Iterator<Item = (&Timing, &Numbers)> {
        self.timings.iter().filter_map(|timing| Some((timing, timing.numbers.as_ref().ok()?)))
    }

    /// Counts of a format's checks on a backend over all levels.
    pub fn checks(&self, format: &str, backend: &str) -> Option<Summary> {
        let of = |cell: &&Cell| cell.format == format && cell.backend == backend;
        let cells = self.cells.iter().filter(|(cell, _)| of(cell)).map(|(_, summary)| *summary);
        cells.reduce(|sum, summary| sum.plus(&summary))
    }

    /// Every backend that the digest names, weakest first.
    pub fn backends(&self) -> Vec<&str> {
        let cells = self.cells.keys().map(|cell| cell.backend.as_str());
        let mut names: Vec<&str> = cells.chain(self.timings.iter().map(|timing| timing.backend.as_str())).collect();
        names.sort_unstable_by_key(|name| super::formats::backend_rank(name));
        names.dedup();
        names
    }

    /// Every format that the digest names, in the order of every table.
    pub fn formats(&self) -> Vec<&str> {
        let cells = self.cells.keys().map(|cell| cell.format.as_str());
        let sizes = self.sizes.iter().map(|row| row.format.as_str());
        let timings = self.timings.iter().map(|timing| timing.format.as_str());
        super::formats::sorted(cells.chain(sizes).chain(timings))
    }
}

impl From<&Record> for Digest {
    fn from(record: &Record) -> Self {
        let mut digest = Self::begin(&record.header);
        record.cases.iter().for_each(|case| digest.add_case(case));
        record.sizes.iter().cloned().for_each(|row| digest.add(Line::Size(row)));
        record.measurements.iter().for_each(|timing| digest.add(Line::Measurement(Box::new(timing.clone()))));
        record.models.iter().cloned().for_each(|row| digest.add(row.into()));
        digest.resumed = record.resumed.len() as u64;
        digest.footer.clone_from(&record.footer);
        digest.withhold();
        digest
    }
}
