//! What holds between the lines of a record, for its reader and its writer alike.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::schema::{Interval, Line, Measurement, ModelRow, SCHEMA_VERSION, Summary};

/// The lines so far, as far as later lines must agree with them.
#[derive(Debug)]
pub(super) struct Tally {
    started: bool,
    finished: bool,
    ids: Ids,
    pub(super) summary: Summary,
    pub(super) measurements: u64,
    pub(super) models: u64,
}

/// The ids so far, as 128 bits each of two hashes with keys of this process: a record may hold millions, and whoever
/// wrote it cannot choose two that meet.
#[derive(Debug)]
struct Ids {
    keys: [RandomState; 2],
    seen: HashSet<u128>,
    most: usize,
}

impl Ids {
    /// Whether the id is new, as far as is remembered.
    fn add(&mut self, id: &str) -> bool {
        let [high, low] = self.keys.each_ref().map(|key| u128::from(key.hash_one(id)));
        let hash = high << 64 | low;
        if self.seen.len() < self.most { self.seen.insert(hash) } else { !self.seen.contains(&hash) }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::remembering(usize::MAX)
    }
}

impl Tally {
    /// A tally that remembers so many ids: a repetition of a later one goes unnoticed.
    pub(super) fn remembering(most: usize) -> Self {
        let ids = Ids { keys: [RandomState::new(), RandomState::new()], seen: HashSet::new(), most };
        Self { started: false, finished: false, ids, summary: Summary::default(), measurements: 0, models: 0 }
    }

    /// Takes the next line in; afterwards it counts.
    ///
    /// # Errors
    /// What is wrong with the line, or with its place. It then does not count.
    pub(super) fn add(&mut self, line: &Line) -> Result<(), String> {
        if self.finished {
            return Err("the footer must be the last line".into());
        }
        match (line, self.started) {
            (Line::Header(_), true) => return Err("a second header".into()),
            (Line::Header(_), false) => {}
            (_, false) => return Err("the header must be the first line".into()),
            (_, true) => {}
        }
        self.check(line)?;
        if let Some(id) = line.id() {
            if id.is_empty() {
                return Err("an empty id".into());
            }
            if !self.ids.add(&id) {
                return Err(format!("the id `{id}` is in the record already"));
            }
        }
        match line {
            Line::Header(_) => self.started = true,
            Line::Case(case) => self.summary.count(case.state),
            Line::Measurement(_) => self.measurements += 1,
            Line::Model(_) => self.models += 1,
            Line::Footer(_) => self.finished = true,
            Line::Size(_) | Line::Resumed(_) => {}
        }
        Ok(())
    }

    fn check(&self, line: &Line) -> Result<(), String> {
        match line {
            Line::Header(header) if header.schema != SCHEMA_VERSION => Err(other_schema(u64::from(header.schema))),
            Line::Header(_) => Ok(()),
            Line::Case(case) => duration("seconds", case.seconds),
            Line::Size(row) => positive("bits_per_weight", row.bits_per_weight),
            Line::Measurement(measurement) => check_measurement(measurement),
            Line::Model(row) => check_model(row),
            Line::Resumed(resumed) => duration("seconds", resumed.seconds),
            Line::Footer(footer) if footer.models != self.models => {
                Err(format!("the footer counts {} models, the lines before it are {}", footer.models, self.models))
            }
            Line::Footer(footer) if footer.summary != self.summary || footer.measurements != self.measurements => {
                Err(format!(
                    "the footer counts {} cases and {} measurements, the lines before it are {} and {}, or end in \
                     other states",
                    footer.summary.total, footer.measurements, self.summary.total, self.measurements
                ))
            }
            Line::Footer(footer) => duration("seconds", footer.seconds),
        }
    }
}

/// The message about a record of another schema.
pub(super) fn other_schema(found: u64) -> String {
    format!("the record has schema {found}, this program reads schema {SCHEMA_VERSION}")
}

fn check_measurement(measurement: &Measurement) -> Result<(), String> {
    positive("median", measurement.median)?;
    duration("mad", measurement.mad)?;
    interval("low and high", measurement.low, measurement.high)?;
    samples("samples", &measurement.samples, measurement.looks)?;
    for (name, value) in [
        ("quantized_bytes_per_second", measurement.quantized_bytes_per_second),
        ("share_of_roof", measurement.share_of_roof),
    ] {
        value.map_or(Ok(()), |value| positive(name, value))?;
    }
    let Some(against) = &measurement.against else { return Ok(()) };
    let Interval { median, low, high } = against.ratio;
    positive("against.median", against.median)?;
    samples("against.samples", &against.samples, measurement.looks)?;
    positive("against.ratio.median", median)?;
    interval("against.ratio", low, high)
}

fn check_model(row: &ModelRow) -> Result<(), String> {
    for (name, value) in [
        ("bits_per_weight", row.bits_per_weight),
        ("perplexity", row.perplexity),
        ("base_perplexity", row.base_perplexity),
    ] {
        positive(name, value)?;
    }
    for (name, value) in [
        ("perplexity_error", row.perplexity_error),
        ("kld_mean", row.kld_mean),
        ("kld_error", row.kld_error),
        ("kld_99", row.kld_99),
        ("same_top", row.same_top),
    ] {
        duration(name, value)?;
    }
    for (name, value) in [("pp512", row.pp512), ("tg128", row.tg128)] {
        value.map_or(Ok(()), |value| positive(name, value))?;
    }
    let Some(against) = &row.against else { return Ok(()) };
    positive("against.pp512", against.pp512)?;
    positive("against.tg128", against.tg128)?;
    for (name, ratio) in [("against.pp512_ratio", against.pp512_ratio), ("against.tg128_ratio", against.tg128_ratio)] {
        positive(name, ratio.median)?;
        interval(name, ratio.low, ratio.high)?;
    }
    Ok(())
}

fn positive(name: &str, value: f64) -> Result<(), String> {
    (value.is_finite() && value > 0.0).then_some(()).ok_or_else(|| format!("{name} is {value:?}, not above zero"))
}

fn duration(name: &str, value: f64) -> Result<(), String> {
    (value.is_finite() && value >= 0.0).then_some(()).ok_or_else(|| format!("{name} is {value:?}, not zero or above"))
}

fn interval(name: &str, low: f64, high: f64) -> Result<(), String> {
    (low.is_finite() && high.is_finite() && low <= high)
        .then_some(())
        .ok_or_else(|| format!("{name}: {low:?} to {high:?} is no interval"))
}

fn samples(name: &str, samples: &[f64], looks: usize) -> Result<(), String> {
    if samples.is_empty() {
        return Err(format!("{name} is empty"));
    }
    if !samples.len().is_multiple_of(looks) {
        return Err(format!("{name}: {} are not as many in each of {looks} looks", samples.len()));
    }
    samples.iter().try_for_each(|&sample| positive(name, sample))
}
