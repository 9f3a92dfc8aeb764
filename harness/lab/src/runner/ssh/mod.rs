//! Another machine, over the system's `ssh`, which knows the user's keys and hosts.
//!
//! The program runs there on its own: a connection that is lost takes nothing with it, and the next one finds the
//! program running or ended. What is needed there is a POSIX `sh` as login shell's company, `tar`, `nohup`, `cat`, `wc`,
//! `head` and `tail`.

mod address;
mod connection;
mod script;
mod upload;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use quantmark_files::whole_file;

use super::{Call, Ended, Payload, Runner, RunnerError};
use connection::Answer;

pub use address::Address;

/// Time that a short question may take beyond connecting.
const QUESTION: Duration = Duration::from_secs(60);

/// Time that an upload or a download may take.
const TRANSFER: Duration = Duration::from_secs(30 * 60);

/// Between two attempts to reach a machine that does not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// Another machine.
#[derive(Clone, Debug)]
pub struct Ssh {
    address: Address,
    folder: String,
    device: String,
    patience: Duration,
}

impl Ssh {
    /// Runs in `folder` of that machine, seen from the user's home where it is not absolute; `device` is the name in
    /// records. A machine out of reach is tried again for as long as `patience`.
    pub fn new(address: Address, folder: &str, device: &str, patience: Duration) -> Self {
        Self { address, folder: folder.to_owned(), device: device.to_owned(), patience }
    }

    /// Whether the machine answers, and what it is: the words of `uname -sm`.
    ///
    /// # Errors
    /// It does not answer.
    pub fn probe(&self) -> Result<String, RunnerError> {
        let answer = connection::ask(&self.address, "uname -sm", QUESTION)?;
        Ok(String::from_utf8_lossy(&answer.done(&self.address)?).trim().to_owned())
    }

    /// Asks until the machine is reached or patience is at its end.
    fn ask<T>(&self, mut question: impl FnMut() -> Result<T, RunnerError>) -> Result<T, RunnerError> {
        let start = Instant::now();
        loop {
            match question() {
                Err(RunnerError::Unreachable { .. }) if start.elapsed() < self.patience => sleep(PAUSE),
                answer => return answer,
            }
        }
    }

    fn tell(&self, script: &str) -> Result<Vec<u8>, RunnerError> {
        self.ask(|| connection::ask(&self.address, script, QUESTION)?.done(&self.address))
    }

    /// Passes on what the program says until it ends.
    fn follow(&self, limit: Duration) -> Result<i32, RunnerError> {
        let start = Instant::now();
        let (mut said, mut lost) = (0, None::<Instant>);
        loop {
            let left = limit.saturating_sub(start.elapsed());
            let mut heard = 0;
            let mut pass_on = |bytes: &[u8]| {
                heard += bytes.len() as u64;
                // A closed standard error changes nothing about the run.
                let _ = io::stderr().write_all(bytes);
            };
            let answer = connection::listen(&self.address, &script::follow(&self.folder, said), left, &mut pass_on)?;
            said += heard;
            match answer {
                Answer::Code(script::VANISHED) => return Err(RunnerError::Vanished { place: self.describe() }),
                Answer::Code(code) => return Ok(code),
                Answer::OutOfTime => {
                    self.tell(&script::stop(&self.folder))?;
                    return Err(RunnerError::OutOfTime { place: self.describe(), limit });
                }
                Answer::Unreachable(reason) => {
                    if heard > 0 {
                        lost = None;
                    }
                    let since = lost.get_or_insert_with(|| {
                        eprintln!("{}: {reason}; the run goes on there, connecting again", self.describe());
                        Instant::now()
                    });
                    if since.elapsed() >= self.patience {
                        return Err(RunnerError::Unreachable { place: self.describe(), reason });
                    }
                    sleep(PAUSE);
                }
            }
        }
    }
}

impl Runner for Ssh {
    fn describe(&self) -> String {
        self.address.to_string()
    }

    fn seen(&self, payload: &Payload, number: usize) -> String {
        upload::extra(payload, number)
    }

    fn deploy(&self, payload: &Payload) -> Result<(), RunnerError> {
        self.ask(|| {
            upload::tree(&self.address, &script::unpack(&self.folder), &upload::payload(payload), TRANSFER)?
                .done(&self.address)
        })?;
        Ok(())
    }

    fn run(&self, call: &Call) -> Result<Ended, RunnerError> {
        // A connection that is lost here may have started the program or not: starting it is told to do it once.
        let start = script::start(&self.folder, &self.device, &call.arguments);
        self.tell(&start)?;
        let code = self.follow(call.limit)?;
        let output = self.tell(&script::read(&self.folder, script::OUTPUT))?;
        self.tell(&script::forget(&self.folder))?;
        Ok(Ended { code, output })
    }

    fn send(&self, file: &Path, name: &str) -> Result<(), RunnerError> {
        let bytes = fs::read(file).map_err(RunnerError::here(file.display()))?;
        let script = script::write(&self.folder, name);
        self.ask(|| upload::bytes(&self.address, &script, &bytes, TRANSFER)?.done(&self.address))?;
        Ok(())
    }

    fn fetch(&self, name: &str, file: &Path) -> Result<bool, RunnerError> {
        let script = script::read(&self.folder, name);
        let answer = self.ask(|| match connection::ask(&self.address, &script, TRANSFER)? {
            answer if answer.code() == Some(script::ABSENT) => Ok(None),
            answer => answer.done(&self.address).map(Some),
        })?;
        let Some(bytes) = answer else { return Ok(false) };
        whole_file::replace(file, &bytes).map_err(RunnerError::here(file.display()))?;
        Ok(true)
    }

    fn clean(&self) -> Result<(), RunnerError> {
        self.tell(&script::remove(&self.folder)).map(drop)
    }
}
