//! The parent's side: starts workers, watches the clock, and turns what kills a worker into a result.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use quantmark_kernels::Operation;
use quantmark_machine as device;
use quantmark_machine::own;
use quantmark_machine::signal;
use quantmark_record::schema::{CaseResult, Level, State};

use super::protocol::{Event, Job, WORKER_COMMAND, operation};
use crate::worker;

/// Time that a worker may take between two cases: to start, or to read its files.
const BETWEEN_CASES: Duration = Duration::from_secs(120);

/// The same for a worker in an emulator. User-mode QEMU now and then stands still for ever while a program starts: then
/// another worker goes on, so that the limit is one of patience only.
const BETWEEN_CASES_EMULATED: Duration = Duration::from_secs(40);

/// Workers of a job that may stand still in an emulator.
const STANDSTILLS: u32 = 3;

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
}

/// Does jobs with up to `threads` workers at a time; results come as they are ready.
pub fn supervise(jobs: Vec<Job>, program: &WorkerProgram, threads: usize, sink: &mut dyn FnMut(CaseResult)) {
    let jobs = Mutex::new(VecDeque::from(jobs));
    let (results, incoming) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (jobs, results) = (&jobs, results.clone());
            scope.spawn(move || {
                loop {
                    let job = jobs.lock().expect("no holder panics").pop_front();
                    let Some(job) = job else { break };
                    run_job(job, program, &results);
                }
            });
        }
        drop(results);
        incoming.iter().for_each(sink);
    });
}

/// A case that has begun.
struct Begun {
    index: usize,
    result: CaseResult,
    at: Instant,
    limit: Duration,
}

/// Runs a job to its end, over as many workers as its crashes and timeouts need.
fn run_job(mut job: Job, program: &WorkerProgram, results: &Sender<CaseResult>) {
    // The receiver outlives every sender, so sending cannot fail.
    let send = |result: CaseResult| results.send(result).expect("the receiver waits for all senders");
    let (between_cases, mut standstills) =
        if device::emulated() { (BETWEEN_CASES_EMULATED, STANDSTILLS) } else { (BETWEEN_CASES, 0) };
    loop {
        let mut worker = match Worker::start(program, &job) {
            Ok(worker) => worker,
            Err(error) => return send(failed_job(&job, format!("the worker does not start: {error}"))),
        };
        let mut begun: Option<Begun> = None;
        let mut refused = None;
        let ended = loop {
            let patience = begun.as_ref().map_or(between_cases, |case| case.limit.saturating_sub(case.at.elapsed()));
            match worker.events.recv_timeout(patience) {
                Ok(Event::Start { index, limit, level, operation: name, case }) => {
                    begun = Some(begin(&job, index, limit, level, &name, &case));
                }
                Ok(Event::End { result }) => {
                    job.start = begun.take().map_or(job.start, |case| case.index + 1);
                    send(*result);
                }
                Ok(Event::Refuse { reason }) => refused = Some(reason),
                Ok(Event::Done) => return worker.finish(),
                Err(RecvTimeoutError::Disconnected) => break worker.wait(),
                Err(RecvTimeoutError::Timeout) => {
                    worker.kill();
                    break None;
                }
            }
        };
        if let Some(reason) = refused {
            return send(failed_job(&job, reason));
        }
        if begun.is_none() && ended.is_none() && standstills > 0 {
            standstills -= 1;
            continue;
        }
        let Some(Begun { index, mut result, at, limit }) = begun else {
            let reason = ended.map_or_else(
                || format!("the worker said nothing for {} s", between_cases.as_secs()),
                |ended| format!("the worker ended between cases: {}", ended.describe()),
            );
            return send(failed_job(&job, reason));
        };
        result.seconds = at.elapsed().as_secs_f64();
        let again = worker::reproduce(&result, &job.reproduce);
        (result.state, result.reason) = match ended {
            Some(ended) => (State::Error, Some(format!("{}; again: {again}", ended.describe()))),
            None => (State::Timeout, Some(format!("killed after {:.1} s; again: {again}", limit.as_secs_f64()))),
        };
        send(result);
        job.start = index + 1;
    }
}

fn begin(job: &Job, index: usize, limit: u64, level: Level, name: &str, case: &str) -> Begun {
    let operation = operation(name).unwrap_or(Operation::Dequantize);
    let format = job.format().expect("the worker has read it too");
    Begun {
        index,
        result: worker::blank_result(level, format, &job.backend, operation, case),
        at: Instant::now(),
        limit: Duration::from_millis(limit),
    }
}

/// The one result of a job that could not go on.
fn failed_job(job: &Job, reason: String) -> CaseResult {
    CaseResult {
        id: format!("L0/{}/{}/all/worker.{}", job.format, job.backend, job.start),
        level: Level::L0,
        format: job.format.clone(),
        backend: job.backend.clone(),
        operation: "all".to_owned(),
        case: format!("worker.{}", job.start),
        state: State::Error,
        reason: Some(reason),
        diagnosis: None,
        seconds: 0.0,
    }
}

/// How a worker ended by itself.
struct Ended {
    status: io::Result<ExitStatus>,
    last_words: String,
}

impl Ended {
    fn describe(&self) -> String {
        let how = match &self.status {
            Ok(status) => match (status.signal(), status.code()) {
                (Some(number), _) => signal::name(number),
                (None, Some(code)) => format!("exit code {code}"),
                (None, None) => "ended".to_owned(),
            },
            Err(error) => format!("lost: {error}"),
        };
        if self.last_words.is_empty() { how } else { format!("{how}: {}", self.last_words) }
    }
}

/// A running worker.
struct Worker {
    child: Child,
    events: Receiver<Event>,
    errors: thread::JoinHandle<String>,
    // The worker ends when this closes.
    _input: ChildStdin,
}

impl Worker {
    fn start(program: &WorkerProgram, job: &Job) -> io::Result<Self> {
        let mut child = Command::new(&program.program)
            .args(&program.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let errors = child.stderr.take().expect("piped");
        let (sender, events) = mpsc::channel();
        thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            for event in lines.filter_map(|line| serde_json::from_str::<Event>(&line).ok()) {
                if sender.send(event).is_err() {
                    break;
                }
            }
        });
        let errors = thread::spawn(move || last_line(errors));
        let mut line = serde_json::to_vec(job)?;
        line.push(b'\n');
        // A worker that dies at once closes its input; what it died of is more telling than that.
        let _ = input.write_all(&line);
        Ok(Self { child, events, errors, _input: input })
    }

    fn kill(&mut self) {
        // It may have ended by itself this moment; waiting tells.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn wait(&mut self) -> Option<Ended> {
        let status = self.child.wait();
        let errors = std::mem::replace(&mut self.errors, thread::spawn(String::new));
        Some(Ended { status, last_words: errors.join().unwrap_or_default() })
    }

    fn finish(mut self) {
        // All results are in; how the worker leaves changes none of them.
        let _ = self.child.wait();
    }
}

/// The last line that is not empty, of bounded length.
fn last_line(input: impl Read) -> String {
    let mut last = String::new();
    for line in BufReader::new(input).lines().map_while(Result::ok) {
        if !line.trim().is_empty() {
            last = line.trim().chars().take(300).collect();
        }
    }
    last
}

/// Number of workers for a wish: what is asked for, or the cores.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    asked.unwrap_or(cores).clamp(1, cores)
}
