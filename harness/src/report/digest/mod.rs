//! What the pages need of a record, taken line by line: counts instead of checks, medians instead of samples. A digest
//! is of bounded size whatever the record's, and every text in it is plain.

mod cleaned;
mod limits;
mod timing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::record::schema::{CaseResult, Footer, Header, Level, Line, ModelRow, SizeRow, State, Summary};
use crate::record::{Reader, Record, RecordError, Withheld, is_emulated};

pub(crate) use timing::{Numbers, Timing};

/// A format on a backend at a level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) format: String,
    pub(crate) backend: String,
    pub(crate) level: Level,
}

/// Checks that did not count, for one reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aside {
    pub(crate) count: u64,
    pub(crate) formats: BTreeSet<String>,
    /// The first of them.
    pub(crate) ids: Vec<String>,
}

/// How much is in the record and not in the digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) cases: u64,
    pub(crate) reasons: u64,
    pub(crate) timings: u64,
    pub(crate) models: u64,
    pub(crate) sizes: u64,
}

/// A record in brief.
#[derive(Clone, Debug)]
pub struct Digest {
    pub(crate) header: Header,
    pub(crate) footer: Option<Footer>,
    /// How often the run was cut short and went on.
    pub(crate) resumed: u64,
    pub(crate) summary: Summary,
    pub(crate) cells: BTreeMap<Cell, Summary>,
    /// The first of the failed checks.
    pub(crate) failures: Vec<CaseResult>,
    pub(crate) aside: BTreeMap<(State, String), Aside>,
    pub(crate) sizes: Vec<SizeRow>,
    pub(crate) timings: Vec<Timing>,
    /// Models; without speeds where an emulator ran the program.
    pub(crate) models: Vec<ModelRow>,
    pub(crate) left_out: LeftOut,
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
            aside.ids.push(super::plain::plain(&case.id));
        }
    }

    /// Takes away what is no speed: of formats that failed checks, and under an emulator every one.
    fn withhold(&mut self) {
        let emulated = self.header.environment.emulated;
        let mut wrong: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for (cell, summary) in self.cells.iter().filter(|(cell, _)| cell.level <= Level::L3) {
            *wrong.entry((&cell.format, &cell.backend)).or_default() += summary.failures();
        }
        for timing in &mut self.timings {
            let checks = wrong.get(&(timing.format.as_str(), timing.backend.as_str())).copied().unwrap_or(0);
            if timing.is_speed() && (emulated || is_emulated(&timing.backend)) {
                timing.numbers = Err(Withheld::Emulated);
            } else if checks > 0 {
                timing.numbers = Err(Withheld::Wrong { checks });
            }
        }
        for row in self.models.iter_mut().filter(|row| emulated || is_emulated(&row.backend)) {
            (row.pp512, row.tg128, row.against) = (None, None, None);
        }
    }

    /// Whether the run came to its end.
    pub(crate) const fn is_complete(&self) -> bool {
        self.footer.is_some()
    }

    /// The device's name, and that an emulator ran the program.
    pub(crate) fn device(&self) -> String {
        let environment = &self.header.environment;
        let name = if environment.device.is_empty() { "unnamed device" } else { &environment.device };
        if environment.emulated { format!("{name} (emulated)") } else { name.to_owned() }
    }

    /// Timings with their numbers, without those withheld.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&Timing, &Numbers)> {
        self.timings.iter().filter_map(|timing| Some((timing, timing.numbers.as_ref().ok()?)))
    }

    /// Counts of a format's checks on a backend over all levels.
    pub(crate) fn checks(&self, format: &str, backend: &str) -> Option<Summary> {
        let of = |cell: &&Cell| cell.format == format && cell.backend == backend;
        let cells = self.cells.iter().filter(|(cell, _)| of(cell)).map(|(_, summary)| *summary);
        cells.reduce(|sum, summary| sum.plus(&summary))
    }

    /// Every backend that the digest names, weakest first.
    pub(crate) fn backends(&self) -> Vec<&str> {
        let cells = self.cells.keys().map(|cell| cell.backend.as_str());
        let mut names: Vec<&str> = cells.chain(self.timings.iter().map(|timing| timing.backend.as_str())).collect();
        names.sort_unstable_by_key(|name| super::formats::backend_rank(name));
        names.dedup();
        names
    }

    /// Every format that the digest names, in the order of every table.
    pub(crate) fn formats(&self) -> Vec<&str> {
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
