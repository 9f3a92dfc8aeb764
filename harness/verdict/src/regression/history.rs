//! `reports/history/DEVICE.jsonl`: the values of a device's series, one a line, only ever appended to.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use quantmark_files::names::folder_name;
use quantmark_files::whole_file;
use quantmark_record::schema::{Measurement, Verdict};
use quantmark_record::{Record, Withheld};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judge::Series;
use super::robust::trimmed_mean;
use super::rules::Rules;
use super::value::Value;

/// The folder of the project's own histories.
pub const HISTORY: &str = "reports/history";

/// One value of one series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The result's id.
    pub series: String,
    /// The value's unit.
    pub unit: String,
    /// The device, as its records name it.
    pub device: String,
    /// The run.
    pub run: String,
    /// When the run started, RFC 3339, UTC.
    pub at: String,
    /// Commit that the program was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What the first look gave.
    pub first: f64,
    /// The mean of what was taken again, where the first look stood out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retaken: Option<f64>,
    /// What was said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// Why a history cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is no value.
    #[error("{}: line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// The history of a device.
#[derive(Clone, Debug)]
pub struct History {
    path: PathBuf,
    /// The file's text, whole lines only.
    text: String,
    entries: Vec<Entry>,
    series: HashMap<(String, String), Vec<usize>>,
}

impl History {
    /// Reads the history of a device from a folder; it is empty where there is none yet.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it is no value.
    pub fn open(folder: &Path, device: &str) -> Result<Self, HistoryError> {
        let path = folder.join(format!("{}.jsonl", folder_name(device)));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(HistoryError::Io { path, source }),
        };
        let mut history = Self { path, text: String::new(), entries: Vec::new(), series: HashMap::new() };
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let bad = |problem: String| HistoryError::Line { path: history.path.clone(), line: index + 1, problem };
            let Some(line) = line.strip_suffix('\n') else {
                return Err(bad("it is cut off: no line feed at the end".to_owned()));
            };
            let entry: Entry = serde_json::from_str(line).map_err(|error| bad(format!("no value: {error}")))?;
            if [Some(entry.first), entry.retaken].into_iter().flatten().any(|value| !value.is_normal() || value < 0.0) {
                return Err(bad("a value is not above 0".to_owned()));
            }
            history.add(entry);
        }
        history.text = text;
        Ok(history)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All values, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The series of a value, up to the newest that the file holds.
    pub fn series<'r>(&self, rules: &'r Rules, value: &Value<'_>) -> Series<'r> {
        let mut series = Series::new(rules);
        let key = (value.series.to_string(), value.unit.clone());
        let indices = self.series.get(&key).map_or(&[][..], Vec::as_slice);
        // Older values have left both the level and the noise.
        let first = indices.len().saturating_sub(rules.noise_runs + 2 * rules.level_runs);
        for &index in &indices[first..] {
            let entry = &self.entries[index];
            series.take(entry.first, entry.retaken, Some(entry.verdict.unwrap_or(Verdict::NotJudged)));
        }
        series
    }

    /// Appends the values of a run, unless it is there already; says how many. The file appears whole.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append(&mut self, record: &Record) -> Result<usize, HistoryError> {
        let header = &record.header;
        if self.entries.iter().any(|entry| entry.run == header.run) {
            return Ok(0);
        }
        let entry = |value: Value<'_>, timing: Option<&Measurement>| Entry {
            series: value.series.into_owned(),
            unit: value.unit,
            device: header.environment.device.clone(),
            run: header.run.clone(),
            at: header.started.clone(),
            commit: header.environment.commit.clone(),
            first: significant(value.first),
            retaken: timing.and_then(|timing| trimmed_mean(&timing.retakes)).map(significant),
            verdict: timing.and_then(|timing| timing.judgement.as_ref()).map(|judgement| judgement.verdict),
        };
        let speed = |(timing, withheld): &(&Measurement, Option<Withheld>)| withheld.is_none() && timing.is_speed();
        let timings = record.timings().into_iter().filter(speed);
        let timings = timings.map(|(timing, _)| entry(Value::of_timing(timing), Some(timing)));
        let models = record.models();
        let models = models.iter().flat_map(Value::of_model).map(|value| entry(value, None));
        let new: Vec<Entry> =
            timings.chain(models).filter(|entry| entry.first.is_normal() && entry.first > 0.0).collect();
        for entry in &new {
            self.text += &serde_json::to_string(entry).expect("an entry is plain data");
            self.text.push('\n');
        }
        if !new.is_empty() {
            whole_file::replace(&self.path, self.text.as_bytes())
                .map_err(|source| HistoryError::Io { path: self.path.clone(), source })?;
        }
        let count = new.len();
        new.into_iter().for_each(|entry| self.add(entry));
        Ok(count)
    }

    fn add(&mut self, entry: Entry) {
        self.series.entry((entry.series.clone(), entry.unit.clone())).or_default().push(self.entries.len());
        self.entries.push(entry);
    }

    /// The devices that a folder has histories of, by the names of their files; none where there is no folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn devices(folder: &Path) -> Result<Vec<String>, HistoryError> {
        let refused = |source| HistoryError::Io { path: folder.to_owned(), source };
        let files = match fs::read_dir(folder) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(refused(source)),
        };
        let mut names = HashSet::new();
        for file in files {
            let path = file.map_err(refused)?.path();
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
            }
        }
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort();
        Ok(names)
    }
}

/// As many digits as a timing's noise leaves.
fn significant(value: f64) -> f64 {
    format!("{value:.4e}").parse().expect("a number's own text is a number")
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn five_digits_are_kept() {
        assert_eq!(significant(1.234_567), 1.2346);
        assert_eq!(significant(31_415_926_535.0), 31_416_000_000.0);
        assert_eq!(significant(1e-9), 1e-9);
    }
}
