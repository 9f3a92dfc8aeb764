//! The parent's side: starts a worker, watches the clock, and turns what ends a worker early into one line.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytemuck::cast_slice;
use quantmark_implementations::ik_llama_cpp::Pin;
use quantmark_kernels::{Format, MatmulShape};
use quantmark_machine::own;
use quantmark_machine::process;
use quantmark_machine::signal;

use super::{Answer, Job, WORKER_COMMAND};
use crate::sampling::Side;

/// Time that a worker may take for an answer: the slowest product takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Turns that idle threads of the library wait for work, about a millisecond: its own choice is some twenty, in which
/// they would take a core from the other side's sample.
const SPINS: &str = "10000";

/// How a worker is started.
#[derive(Clone, Debug)]
pub struct WorkerProgram {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Time that it may take for an answer.
    pub patience: Duration,
}

impl WorkerProgram {
    /// This very program with its hidden subcommand.
    ///
    /// # Errors
    /// The system does not say where the program is.
    pub fn current() -> io::Result<Self> {
        let (program, mut arguments) = own::start()?;
        arguments.push(WORKER_COMMAND.to_owned());
        Ok(Self { program, arguments, patience: PATIENCE })
    }
}

/// ik_llama.cpp's library.
#[derive(Clone, Debug)]
pub struct IkLlama {
    library: PathBuf,
    worker: WorkerProgram,
}

impl IkLlama {
    /// The library at a path, opened by such workers.
    pub fn new(library: PathBuf, worker: WorkerProgram) -> Self {
        Self { library, worker }
    }

    /// A worker that has multiplied the same weights and activations, and came to our product.
    ///
    /// # Errors
    /// In words: the worker does not start, ends early, refuses, or computes something else.
    pub(crate) fn product(
        &self,
        format: Format,
        shape: MatmulShape,
        threads: usize,
        weights: &[u8],
        activations: &[f32],
        product: &[f32],
    ) -> Result<Product, String> {
        let job = Job::new(self.library.clone(), format, shape, threads);
        let mut worker = Product::start(&self.worker).map_err(|error| format!("the worker does not start: {error}"))?;
        let line = serde_json::to_string(&job).map_err(|error| error.to_string())? + "\n";
        let sent = [line.as_bytes(), weights, cast_slice(activations), cast_slice(product)];
        // A worker that dies closes its input; what it died of is more telling than that.
        let _ = sent.into_iter().try_for_each(|bytes| worker.input.write_all(bytes));
        let bar = Pin::load().difference;
        match worker.answer()? {
            Answer::Ready { difference: Some(difference) } if difference <= bar => Ok(worker),
            Answer::Ready { difference: Some(by) } => {
                Err(format!("its product is another: {by:.3} off, {bar} allowed"))
            }
            Answer::Ready { difference: None } => Err("its product has infinities or NaN".to_owned()),
            Answer::Refused { reason } => Err(reason),
            Answer::Took { .. } => Err("the worker answers what was not asked".to_owned()),
        }
    }
}

/// A worker that is ready to multiply again and again.
pub(crate) struct Product {
    child: Child,
    input: Box<dyn Write>,
    answers: Receiver<Answer>,
    errors: Option<JoinHandle<String>>,
    patience: Duration,
    failure: Option<String>,
}

impl Product {
    fn start(worker: &WorkerProgram) -> io::Result<Self> {
        let mut child = Command::new(&worker.program)
            .args(&worker.arguments)
            .env("GOMP_SPINCOUNT", SPINS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let input = Box::new(child.stdin.take().expect("piped"));
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let errors = child.stderr.take().expect("piped");
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            // What is no answer is the library's.
            let lines = output.lines().map_while(Result::ok);
            for answer in lines.filter_map(|line| serde_json::from_str(&line).ok()) {
                if sender.send(answer).is_err() {
                    break;
                }
            }
        });
        let errors = Some(thread::spawn(move || first_line(errors)));
        Ok(Self { child, input, answers, errors, patience: worker.patience, failure: None })
    }

    /// Why samples are none, where the worker did not go on to the end.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    fn answer(&mut self) -> Result<Answer, String> {
        match self.answers.recv_timeout(self.patience) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Timeout) => {
                Err(format!("the worker said nothing for {} s and was ended", self.patience.as_secs_f64()))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.last_words()),
        }
    }

    /// How the worker ended, and the first that it said of it.
    fn last_words(&mut self) -> String {
        let how = match process::wait(&mut self.child, self.patience) {
            Ok(Some(status)) => match (status.signal(), status.code()) {
                (Some(number), _) => signal::name(number),
                (None, code) => format!("exit code {}", code.unwrap_or(-1)),
            },
            Ok(None) => "closed its output".to_owned(),
            Err(error) => error.to_string(),
        };
        let words = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        if words.is_empty() { format!("the worker ended: {how}") } else { format!("the worker ended: {how}: {words}") }
    }

    fn repeat(&mut self, repeats: u32) -> Result<f64, String> {
        // As above: the answer, or its absence, tells more.
        let _ = writeln!(self.input, "{repeats}");
        match self.answer()? {
            Answer::Took { nanoseconds } => Ok(nanoseconds as f64 / 1e9 / f64::from(repeats)),
            _ => Err("the worker answers what was not asked".to_owned()),
        }
    }
}

impl Side for Product {
    /// Infinite once the worker has failed.
    fn time(&mut self, repeats: u32) -> f64 {
        if self.failure.is_some() {
            return f64::INFINITY;
        }
        self.repeat(repeats).unwrap_or_else(|failure| {
            self.failure = Some(failure);
            f64::INFINITY
        })
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        // It may have ended by itself; nothing that it does from here on matters.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line that is not empty, of bounded length; reads to the end.
fn first_line(input: impl Read) -> String {
    let lines = BufReader::new(input).lines().map_while(Result::ok);
    let first = lines.fold(None, |first, line| first.or_else(|| Some(line).filter(|line| !line.trim().is_empty())));
    first.unwrap_or_default().trim().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: MatmulShape = MatmulShape { rows: 1, cols: 32, batch: 1 };

    /// What becomes of a product where a shell script is the worker.
    fn with(script: &str) -> (Result<f64, String>, Option<String>) {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        let worker = WorkerProgram { program: "/bin/sh".into(), arguments, patience: Duration::from_secs(2) };
        let far = IkLlama::new("nowhere.so".into(), worker);
        match far.product(Format::Q4_0, SHAPE, 1, &[0; 18], &[0.0; 32], &[0.0]) {
            Ok(mut product) => (Ok(product.time(2)), product.failure().map(str::to_owned)),
            Err(reason) => (Err(reason), None),
        }
    }

    #[test]
    fn what_the_library_prints_is_passed_over() {
        let (time, failure) =
            with(r#"read a; echo noise; echo '{"Ready":{"difference":0.01}}'; echo '{"Took":{"nanoseconds":500}}'"#);
        assert_eq!((time, failure), (Ok(250e-9), None));
    }

    #[test]
    fn a_worker_that_ends_early_is_one_line() {
        let reason = |script: &str| with(script).0.unwrap_err();
        assert_eq!(reason("kill -SEGV $$"), "the worker ended: SIGSEGV");
        assert_eq!(reason("echo; echo first; echo more >&2; exit 7"), "the worker ended: exit code 7: more");
        assert_eq!(reason("exec sleep 60"), "the worker said nothing for 2 s and was ended");
        assert_eq!(reason(r#"echo '{"Refused":{"reason":"no"}}'"#), "no");
        assert!(reason(r#"echo '{"Ready":{"difference":0.5}}'"#).starts_with("its product is another: 0.500 off"));
        assert!(reason(r#"echo '{"Ready":{"difference":null}}'"#).contains("NaN"));
    }

    #[test]
    fn a_worker_that_dies_between_samples_says_so() {
        let (time, failure) = with(r#"echo '{"Ready":{"difference":0}}'; read a; kill -ABRT $$"#);
        assert_eq!((time, failure.as_deref()), (Ok(f64::INFINITY), Some("the worker ended: SIGABRT")));
    }
}
