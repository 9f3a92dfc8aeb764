//! This machine, with or without an emulator between it and the program.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use quantmark_files::whole_file;
use quantmark_machine::own;
use quantmark_machine::process;

use crate::runner::{Call, Ended, Payload, Runner, RunnerError};

/// A program that runs programs of another architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emulator {
    /// Its words: the program and its options, up to the emulated program.
    pub words: Vec<String>,
    /// The CPU that it imitates, what it is and where it runs, for records.
    pub description: String,
}

/// This machine.
#[derive(Debug)]
pub struct Here {
    folder: PathBuf,
    emulator: Option<Emulator>,
    device: String,
    payload: OnceLock<Payload>,
}

impl Here {
    /// Runs in `folder`, which need not be there yet; `device` is the name in records.
    pub fn new(folder: PathBuf, device: &str, emulator: Option<Emulator>) -> Self {
        Self { folder, emulator, device: device.to_owned(), payload: OnceLock::new() }
    }

    fn command(&self, payload: &Payload) -> Command {
        let mut command = match &self.emulator {
            None => Command::new(&payload.program),
            Some(emulator) => {
                let (program, options) = emulator.words.split_first().expect("an emulator has a name");
                let mut command = Command::new(program);
                command.args(options).arg(&payload.program);
                command.env(own::RUNNER, emulator.words.join(" ")).env(own::EMULATOR, &emulator.description);
                command
            }
        };
        command.env("QUANTMARK_DATA", &payload.data).env("QUANTMARK_DEVICE", &self.device);
        match (&payload.oracle, &self.emulator) {
            (Some(oracle), _) => _ = command.env("QUANTMARK_ORACLE", oracle),
            // The variable then names libraries of this machine's own architecture, if any.
            (None, Some(_)) => _ = command.env_remove("QUANTMARK_ORACLE"),
            (None, None) => {}
        }
        command
    }
}

impl Runner for Here {
    fn describe(&self) -> String {
        self.emulator.as_ref().map_or_else(|| "this machine".to_owned(), |emulator| emulator.words.join(" "))
    }

    fn seen(&self, payload: &Payload, number: usize) -> String {
        let path = &payload.extra[number];
        std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()
    }

    fn deploy(&self, payload: &Payload) -> Result<(), RunnerError> {
        let whole = |path: &Path| path.canonicalize().map_err(RunnerError::here(path.display()));
        let payload = Payload {
            program: whole(&payload.program)?,
            data: whole(&payload.data)?,
            oracle: payload.oracle.as_deref().map(whole).transpose()?,
            extra: Vec::new(),
        };
        fs::create_dir_all(&self.folder).map_err(RunnerError::here(self.folder.display()))?;
        // What was deployed first is what runs.
        let _ = self.payload.set(payload);
        Ok(())
    }

    fn run(&self, call: &Call) -> Result<Ended, RunnerError> {
        let payload = self
            .payload
            .get()
            .ok_or_else(|| RunnerError::Refused { place: self.describe(), reason: "nothing is deployed".to_owned() })?;
        let mut command = self.command(payload);
        command.args(&call.arguments).current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(RunnerError::here(command.get_program().to_string_lossy()))?;
        let mut pipe = child.stdout.take().expect("piped");
        let reader = thread::spawn(move || {
            let mut output = Vec::new();
            pipe.read_to_end(&mut output).map(|_| output)
        });
        let status = process::wait(&mut child, call.limit).map_err(RunnerError::here(self.describe()))?;
        let Some(status) = status else {
            return Err(RunnerError::OutOfTime { place: self.describe(), limit: call.limit });
        };
        let output = reader.join().expect("reading does not panic").map_err(RunnerError::here(self.describe()))?;
        Ok(Ended { code: process::code(status), output })
    }

    fn send(&self, file: &Path, name: &str) -> Result<(), RunnerError> {
        copy(file, &self.folder.join(name)).map_err(RunnerError::here(file.display()))
    }

    fn fetch(&self, name: &str, file: &Path) -> Result<bool, RunnerError> {
        let there = self.folder.join(name);
        if !there.is_file() {
            return Ok(false);
        }
        copy(&there, file).map_err(RunnerError::here(file.display()))?;
        Ok(true)
    }

    fn clean(&self) -> Result<(), RunnerError> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(RunnerError::here(self.folder.display())(error))
            }
            _ => Ok(()),
        }
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    File::open(from)?.read_to_end(&mut bytes)?;
    whole_file::replace(to, &bytes)
}
