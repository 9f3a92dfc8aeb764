//! One connection: a script there, its output and how it ended.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use quantmark_machine::process;

use super::Address;
use crate::runner::RunnerError;

/// What `ssh` itself ends with when it is not its command's code.
const SSH_FAILED: i32 = 255;

/// How a script ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// With its own exit code.
    Code(i32),
    /// It took too long.
    OutOfTime,
    /// The connection failed.
    Unreachable(String),
}

/// How a script ended that reached its end, and what it said.
#[derive(Debug)]
pub(super) struct Said {
    answer: Answer,
    output: Vec<u8>,
    errors: String,
    limit: Duration,
}

impl Said {
    /// The exit code, where there is one.
    pub fn code(&self) -> Option<i32> {
        match self.answer {
            Answer::Code(code) => Some(code),
            Answer::OutOfTime | Answer::Unreachable(_) => None,
        }
    }

    /// The output of a script that succeeded.
    ///
    /// # Errors
    /// It did not.
    pub fn done(self, address: &Address) -> Result<Vec<u8>, RunnerError> {
        let place = address.to_string();
        match self.answer {
            Answer::Code(0) => Ok(self.output),
            Answer::Code(code) if self.errors.is_empty() => {
                Err(RunnerError::Refused { place, reason: format!("exit code {code}") })
            }
            Answer::Code(_) => Err(RunnerError::Refused { place, reason: self.errors }),
            Answer::OutOfTime => Err(RunnerError::OutOfTime { place, limit: self.limit }),
            Answer::Unreachable(reason) => Err(RunnerError::Unreachable { place, reason }),
        }
    }
}

/// Runs a script there and keeps what it says.
///
/// # Errors
/// `ssh` does not start, or the machine is out of reach.
pub(super) fn ask(address: &Address, script: &str, limit: Duration) -> Result<Said, RunnerError> {
    let mut output = Vec::new();
    let (answer, errors) = spawn(&mut address.ssh(script), limit, &mut |bytes| output.extend_from_slice(bytes))?;
    reached(address, Said { answer, output, errors, limit })
}

/// Runs a script there and hands on what it says as it comes.
///
/// # Errors
/// `ssh` does not start.
pub(super) fn listen(
    address: &Address,
    script: &str,
    limit: Duration,
    hear: &mut dyn FnMut(&[u8]),
) -> Result<Answer, RunnerError> {
    spawn(&mut address.ssh(script), limit, hear).map(|(answer, _)| answer)
}

/// Runs a script there that reads what `feed` writes.
///
/// # Errors
/// `ssh` does not start, or the machine is out of reach, or `feed` cannot read what it is to write.
pub(super) fn feed(
    address: &Address,
    script: &str,
    limit: Duration,
    feed: &(dyn Fn(&mut dyn io::Write) -> io::Result<()> + Sync),
) -> Result<Said, RunnerError> {
    let mut command = address.ssh(script);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(RunnerError::here("ssh"))?;
    let mut input = child.stdin.take().expect("piped");
    let (fed, answer) = thread::scope(|scope| {
        let feeding = scope.spawn(move || feed(&mut input));
        let answer = listen_to(child, limit, &mut |_| {});
        (feeding.join().expect("feeding does not panic"), answer)
    });
    let (answer, errors) = answer?;
    match fed {
        // Where the other side went first, its own words tell more.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(RunnerError::here("upload")(error)),
        _ => reached(address, Said { answer, output: Vec::new(), errors, limit }),
    }
}

fn reached(address: &Address, said: Said) -> Result<Said, RunnerError> {
    match said.answer {
        Answer::Unreachable(reason) => Err(RunnerError::Unreachable { place: address.to_string(), reason }),
        _ => Ok(said),
    }
}

fn spawn(command: &mut Command, limit: Duration, hear: &mut dyn FnMut(&[u8])) -> Result<(Answer, String), RunnerError> {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(RunnerError::here("ssh"))?;
    listen_to(child, limit, hear)
}

fn listen_to(mut child: Child, limit: Duration, hear: &mut dyn FnMut(&[u8])) -> Result<(Answer, String), RunnerError> {
    let start = Instant::now();
    let mut output = child.stdout.take().expect("piped");
    let mut errors = child.stderr.take().expect("piped");
    let (sender, parts) = mpsc::channel::<Vec<u8>>();
    thread::spawn(move || {
        let mut part = vec![0; 1 << 16];
        while let Ok(length @ 1..) = output.read(&mut part) {
            if sender.send(part[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    let errors = thread::spawn(move || {
        let mut text = Vec::new();
        // What came before a failure is kept.
        let _ = errors.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let timely = loop {
        match parts.recv_timeout(limit.saturating_sub(start.elapsed())) {
            Ok(part) => hear(&part),
            Err(RecvTimeoutError::Disconnected) => break true,
            Err(RecvTimeoutError::Timeout) => break false,
        }
    };
    // A process whose output has ended is about to end itself.
    let left = if timely { Duration::from_secs(10) } else { Duration::ZERO };
    let status = process::wait(&mut child, left).map_err(RunnerError::here("ssh"))?;
    let Some(status) = status else { return Ok((Answer::OutOfTime, String::new())) };
    let errors = last_line(&errors.join().expect("reading does not panic"));
    Ok(match process::code(status) {
        SSH_FAILED => (Answer::Unreachable(errors.clone()), errors),
        // A signal to `ssh` itself is no word of the other machine.
        code if code > 128 && status.code().is_none() => (Answer::Unreachable("ssh was killed".to_owned()), errors),
        code => (Answer::Code(code), errors),
    })
}

fn last_line(text: &str) -> String {
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("the connection was lost");
    line.trim().trim_end_matches('.').chars().take(300).collect()
}
