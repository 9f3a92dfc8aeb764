//! Writes a record line by line.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use quantmark_files::shown::one_line;
use quantmark_files::whole_file;

use super::error::RecordError;
use super::reader::Reader;
use super::schema::{Footer, Header, Implementation, Line, Resumed};
use super::tally::Tally;
use super::time::{now, seconds_since};
use super::whole::Record;
use crate::conditions::Conditions;

/// The writing end of a record.
///
/// Each line goes to the file in one write as it is appended, so a killed process leaves whole lines and at most one
/// torn one, which readers recognise by its missing line feed. The file is locked as long as the writer lives.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines.
    whole: u64,
    tally: Tally,
    seconds_before: f64,
    started: Instant,
    /// A write failed: the counts are then those of more lines than the file holds.
    broken: bool,
}

/// What an existing record allows.
#[derive(Debug)]
pub enum Resume {
    /// The run had come to its end; nothing is left to do.
    Complete(Box<Record>),
    /// The run goes on with what is not in the record.
    Unfinished {
        /// Appends to the record.
        writer: Box<Writer>,
        /// What it holds; [`Record::done`] is what to leave out.
        record: Box<Record>,
    },
}

impl Writer {
    /// Starts a record; its file appears with the header in it.
    ///
    /// # Errors
    /// The file exists already or cannot be written, or the header is of another schema.
    pub fn create(path: &Path, header: Header) -> Result<Self, RecordError> {
        let line = Line::Header(Box::new(header));
        let mut tally = Tally::default();
        let bytes = encode(path, &mut tally, &line)?;
        whole_file::create(path, &bytes).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => RecordError::Exists { path: path.to_owned() },
            _ => RecordError::Io { path: path.to_owned(), source: error },
        })?;
        let file = OpenOptions::new().append(true).open(path).map_err(RecordError::io(path))?;
        lock(path, &file)?;
        let whole = bytes.len() as u64;
        Ok(Self {
            path: path.to_owned(),
            file,
            whole,
            tally,
            seconds_before: 0.0,
            started: Instant::now(),
            broken: false,
        })
    }

    /// Goes on with a record that was cut short: drops a torn last line and says in the record that it was resumed.
    /// `header` is what a new record would begin with.
    ///
    /// # Errors
    /// The record cannot be read or written, another process writes it, or it is of another plan, machine or build.
    pub fn resume(path: &Path, header: &Header, conditions: &Conditions) -> Result<Resume, RecordError> {
        let file = OpenOptions::new().read(true).append(true).open(path).map_err(RecordError::io(path))?;
        lock(path, &file)?;
        let mut reader = Reader::new(path, BufReader::new(&file));
        let record = Record::collect(&mut reader)?;
        same_run(path, &record.header, header)?;
        if record.is_complete() {
            return Ok(Resume::Complete(Box::new(record)));
        }
        let (whole, dropped) = (reader.whole_bytes(), reader.torn());
        let tally = reader.into_tally();
        let last_write = file.metadata().and_then(|metadata| metadata.modified()).map_err(RecordError::io(path))?;
        let seconds_before =
            seconds_of_parts(&record, Timestamp::try_from(last_write).unwrap_or(Timestamp::UNIX_EPOCH));
        file.set_len(whole).map_err(RecordError::io(path))?;
        let mut writer =
            Self { path: path.to_owned(), file, whole, tally, seconds_before, started: Instant::now(), broken: false };
        writer.append(Line::Resumed(Resumed {
            at: now(),
            seconds: seconds_before,
            dropped,
            clock_mhz: conditions.clock_mhz,
            temperature: conditions.temperature,
            load: conditions.load,
        }))?;
        Ok(Resume::Unfinished { writer: Box::new(writer), record: Box::new(record) })
    }

    /// Appends a result.
    ///
    /// # Errors
    /// The line is refused (its id is in the record already, or a number is not finite) and the record goes on without
    /// it, or the system refuses; then what was written of it is taken back, and the writer takes no more.
    pub fn append(&mut self, line: impl Into<Line>) -> Result<(), RecordError> {
        if self.broken {
            return Err(RecordError::refused(&self.path, "an earlier write failed"));
        }
        let bytes = encode(&self.path, &mut self.tally, &line.into())?;
        if let Err(source) = self.file.write_all(&bytes) {
            self.broken = true;
            // Best effort: where this fails too, readers see a torn line.
            let _ = self.file.set_len(self.whole);
            return Err(RecordError::Io { path: self.path.clone(), source });
        }
        self.whole += bytes.len() as u64;
        Ok(())
    }

    /// Ends the record with a footer that counts what it holds.
    ///
    /// # Errors
    /// The system refuses.
    pub fn finish(mut self, conditions: &Conditions) -> Result<Footer, RecordError> {
        let footer = Footer {
            finished: now(),
            seconds: self.seconds_before + self.started.elapsed().as_secs_f64(),
            summary: self.tally.summary,
            measurements: self.tally.measurements,
            models: self.tally.models,
            clock_mhz: conditions.clock_mhz,
            temperature: conditions.temperature,
        };
        self.append(Line::Footer(footer.clone()))?;
        self.file.sync_data().map_err(RecordError::io(&self.path))?;
        Ok(footer)
    }
}

fn encode(path: &Path, tally: &mut Tally, line: &Line) -> Result<Vec<u8>, RecordError> {
    tally.add(line).map_err(|problem| RecordError::refused(path, &problem))?;
    let mut bytes = serde_json::to_vec(line).map_err(|error| RecordError::refused(path, &error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn lock(path: &Path, file: &File) -> Result<(), RecordError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(RecordError::Busy { path: path.to_owned() }),
        // Some network file systems have no locks; a record there is as safe as its user.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(source)) => Err(RecordError::Io { path: path.to_owned(), source }),
    }
}

fn seconds_of_parts(record: &Record, last_write: Timestamp) -> f64 {
    let (start, before) = match record.resumed.last() {
        Some(resumed) => (&resumed.at, resumed.seconds),
        None => (&record.header.started, 0.0),
    };
    before + seconds_since(start, last_write).unwrap_or(0.0)
}

/// Whether results of a run beginning with `now` may follow those under `was`: same plan, same machine, same build.
/// What changes by itself (load, clock, temperature) does not count.
fn same_run(path: &Path, was: &Header, now: &Header) -> Result<(), RecordError> {
    let (a, b) = (&was.environment, &now.environment);
    let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    let pairs = [
        // Words may hold spaces, so joined words cannot be compared.
        ("the plan", format!("{:?}", was.plan), format!("{:?}", now.plan)),
        ("the list of implementations", names(&was.implementations), names(&now.implementations)),
        ("the device", a.device.clone(), b.device.clone()),
        ("the target", a.target.clone(), b.target.clone()),
        ("emulation", a.emulated.to_string(), b.emulated.to_string()),
        ("the CPU", a.cpu.clone(), b.cpu.clone()),
        ("the list of CPU features", a.features.join(" "), b.features.join(" ")),
        ("the number of cores", a.logical_cores.to_string(), b.logical_cores.to_string()),
        ("the governor", told(&a.governor), told(&b.governor)),
        ("the compiler", a.compiler.clone(), b.compiler.clone()),
        ("the list of build flags", a.flags.clone(), b.flags.clone()),
        ("the commit", told(&a.commit), told(&b.commit)),
        ("the program's checksum", told(&a.program), told(&b.program)),
    ];
    match pairs.into_iter().find(|(_, was, now)| was != now) {
        None => Ok(()),
        Some((what, was, now)) => {
            Err(RecordError::OtherRun { path: path.to_owned(), what, was: one_line(&was), now: one_line(&now) })
        }
    }
}

fn names(implementations: &[Implementation]) -> String {
    let names = implementations.iter().map(|each| format!("{} {} ({})", each.name, each.version, each.variant));
    names.collect::<Vec<_>>().join(", ")
}
