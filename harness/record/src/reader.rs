//! Reads a record line by line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::RecordError;
use super::schema::{Line, SCHEMA_VERSION};
use super::tally::{Tally, other_schema};

/// Longest line that is read, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// Longest line that is read in bounded memory, in bytes.
const LONGEST_BOUNDED_LINE: u64 = 4 << 20;

/// Ids that are remembered in bounded memory: 32 MiB at most.
const MOST_IDS: usize = 1 << 20;

/// A record's lines, in order, each checked by itself and against those before it.
///
/// A line is whole when it ends in a line feed. Bytes after the last line feed are what a killed writer left behind:
/// they are no error and no line, and [`Reader::torn`] tells their number. After an error the reader is at its end.
#[derive(Debug)]
pub struct Reader<R> {
    path: PathBuf,
    input: R,
    tally: Tally,
    lines: u64,
    whole: u64,
    torn: u64,
    longest: u64,
    done: bool,
}

/// As much of a first line as decides whether the rest can be understood.
#[derive(Deserialize)]
struct Opening {
    line: String,
    schema: Option<u64>,
}

impl Reader<BufReader<File>> {
    /// Opens a record.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let file = File::open(path).map_err(RecordError::io(path))?;
        Ok(Self::new(path, BufReader::new(file)))
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads a record from anywhere; errors name it by `path`.
    pub fn new(path: &Path, input: R) -> Self {
        Self {
            path: path.to_owned(),
            input,
            tally: Tally::default(),
            lines: 0,
            whole: 0,
            torn: 0,
            longest: LONGEST_LINE,
            done: false,
        }
    }

    /// Reads in bounded memory, whatever the record's length: longer lines than 4 MiB are refused, and an id that
    /// comes again is refused where it first came among the first 2^20 results.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self { tally: Tally::remembering(MOST_IDS), longest: LONGEST_BOUNDED_LINE, ..self }
    }

    /// Bytes of the whole lines read so far.
    pub fn whole_bytes(&self) -> u64 {
        self.whole
    }

    /// Bytes after the last whole line; known when the iterator has ended.
    pub fn torn(&self) -> u64 {
        self.torn
    }

    pub(super) fn into_tally(self) -> Tally {
        self.tally
    }

    fn read(&mut self) -> Result<Option<Line>, RecordError> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(self.longest).read_until(b'\n', &mut bytes).map_err(RecordError::io(&self.path))?;
        let length = bytes.len() as u64;
        if bytes.pop_if(|last| *last == b'\n').is_none() {
            if length == self.longest {
                return Err(self.problem(&format!("longer than {} bytes", self.longest)));
            }
            if self.lines == 0 {
                return Err(self.problem("no header: the file is empty or cut in its first line"));
            }
            self.torn = length;
            return Ok(None);
        }
        if self.lines == 0 {
            self.check_opening(&bytes)?;
        }
        let line: Line = serde_json::from_slice(&bytes).map_err(|error| self.problem(&describe(&error)))?;
        self.tally.add(&line).map_err(|problem| self.problem(&problem))?;
        self.lines += 1;
        self.whole += length;
        Ok(Some(line))
    }

    /// A record of another schema is named as that, whatever else its header holds.
    fn check_opening(&self, bytes: &[u8]) -> Result<(), RecordError> {
        let opening: Opening = serde_json::from_slice(bytes)
            .map_err(|error| self.problem(&format!("no header of a run record: {}", describe(&error))))?;
        match (opening.line.as_str(), opening.schema) {
            ("header", Some(schema)) if schema == u64::from(SCHEMA_VERSION) => Ok(()),
            ("header", Some(schema)) => Err(self.problem(&other_schema(schema))),
            ("header", None) => Err(self.problem("the header has no schema version")),
            _ => Err(self.problem("the header must be the first line")),
        }
    }

    fn problem(&self, problem: &str) -> RecordError {
        RecordError::line(&self.path, self.lines + 1, problem)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Line, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = self.read().transpose();
        self.done = !matches!(item, Some(Ok(_)));
        item
    }
}

/// A JSON error without its line number, which counts from the wrong start.
fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((problem, _)) if error.line() > 0 => format!("column {}: {problem}", error.column()),
        _ => text,
    }
}
