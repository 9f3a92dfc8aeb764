//! A worker process, seen from the program that started it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use quantmark_machine::{own, process, signal};

use crate::protocol::{Answer, Request, WORKER_COMMAND};

/// Characters of a worker's last words that are kept.
const LONGEST_WORDS: usize = 300;

/// How a worker is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerProgram {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl WorkerProgram {
    /// This very program with its hidden subcommand, under the emulator that runs it.
    ///
    /// # Errors
    /// The system does not say where the program is.
    pub fn current() -> io::Result<Self> {
        let (program, mut arguments) = own::start()?;
        arguments.push(WORKER_COMMAND.to_owned());
        Ok(Self { program, arguments })
    }

    /// The command that starts it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }
}

/// Why a worker gives no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// It said nothing for so long.
    Silent,
    /// Its output is closed: it has ended, or is about to.
    Ended,
}

/// What of a worker's standard error tells why it ended.
pub type Words = fn(ChildStderr) -> String;

/// The first line that is not empty; reads to the end. A library that aborts says why first, and then where.
pub fn first_line(input: impl Read) -> String {
    let lines = BufReader::new(input).lines().map_while(Result::ok);
    let first = lines.fold(None, |first, line| first.or_else(|| Some(line).filter(|line| !line.trim().is_empty())));
    first.unwrap_or_default().trim().chars().take(LONGEST_WORDS).collect()
}

/// The last line that is not empty.
pub fn last_line(input: impl Read) -> String {
    let mut last = String::new();
    for line in BufReader::new(input).lines().map_while(Result::ok) {
        if !line.trim().is_empty() {
            last = line.trim().chars().take(LONGEST_WORDS).collect();
        }
    }
    last
}

/// How a worker ended by itself.
#[derive(Debug)]
pub struct Ended {
    status: io::Result<Option<ExitStatus>>,
    last_words: String,
}

impl Ended {
    /// The signal or exit code, and its last words.
    pub fn describe(&self) -> String {
        let how = match &self.status {
            Ok(Some(status)) => match (status.signal(), status.code()) {
                (Some(number), _) => signal::name(number),
                (None, Some(code)) => format!("exit code {code}"),
                (None, None) => "ended".to_owned(),
            },
            Ok(None) => "closed its output".to_owned(),
            Err(error) => format!("lost: {error}"),
        };
        if self.last_words.is_empty() { how } else { format!("{how}: {}", self.last_words) }
    }
}

/// A running worker. It is ended with this.
pub struct Process {
    child: Child,
    /// The worker ends when this closes.
    input: Option<ChildStdin>,
    answers: Receiver<(Answer, Vec<u8>)>,
    words: Option<JoinHandle<String>>,
}

impl Process {
    /// Starts a worker; `words` reads its standard error.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(mut command: Command, words: impl FnOnce(ChildStderr) -> String + Send + 'static) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let errors = child.stderr.take().expect("piped");
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            let mut output = output;
            while let Ok(Some(answer)) = read_answer(&mut output) {
                if sender.send(answer).is_err() {
                    break;
                }
            }
        });
        let words = Some(thread::spawn(move || words(errors)));
        Ok(Self { child, input, answers, words })
    }

    /// Asks. A worker that has died closes its input; what it died of is more telling than that, and the answer's
    /// absence tells it.
    pub fn ask(&mut self, request: &Request, payload: &[&[u8]]) {
        let mut line = serde_json::to_vec(request).expect("a request is plain data");
        line.push(b'\n');
        if let Some(input) = &mut self.input {
            let mut parts = [line.as_slice()].into_iter().chain(payload.iter().copied());
            let _ = parts.try_for_each(|bytes| input.write_all(bytes)).and_then(|()| input.flush());
        }
    }

    /// The next answer and the bytes that belong to it.
    ///
    /// # Errors
    /// There is none within `patience`, or there will be none.
    pub fn answer(&mut self, patience: Duration) -> Result<(Answer, Vec<u8>), NoAnswer> {
        self.answers.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => NoAnswer::Silent,
            RecvTimeoutError::Disconnected => NoAnswer::Ended,
        })
    }

    /// Ends the worker.
    pub fn kill(&mut self) {
        // It may have ended by itself this moment; waiting tells.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How the worker ended, once its output is closed; one that goes on without it is ended after `patience`.
    pub fn ended(&mut self, patience: Duration) -> Ended {
        let status = process::wait(&mut self.child, patience);
        let last_words = self.words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        Ended { status, last_words }
    }

    /// Lets the worker end by itself: it is asked nothing more.
    pub fn finish(mut self, patience: Duration) -> Ended {
        drop(self.input.take());
        self.ended(patience)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads up to the next answer; lines that are none are the library's.
fn read_answer(output: &mut impl BufRead) -> io::Result<Option<(Answer, Vec<u8>)>> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if output.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let Ok(answer) = serde_json::from_slice::<Answer>(&line) else { continue };
        let mut payload = Vec::new();
        if let Answer::Ready { numbers } = answer {
            payload.resize(numbers * size_of::<f32>(), 0);
            output.read_exact(&mut payload)?;
        }
        return Ok(Some((answer, payload)));
    }
}
