//! The parent's side: starts workers, watches the clock, and turns what kills a worker into a result.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use quantmark_implementations::process::{NoAnswer, Process, WorkerProgram, last_line};
use quantmark_implementations::protocol::{Answer, Job, Request, operation};
use quantmark_kernels::Operation;
use quantmark_machine as device;
use quantmark_record::schema::{CaseResult, Level, State};

use super::trial::{blank_result, reproduce};

/// Time that a worker may take between two cases: to start, or to read its files.
const BETWEEN_CASES: Duration = Duration::from_secs(120);

/// The same for a worker in an emulator. User-mode QEMU now and then stands still for ever while a program starts: then
/// another worker goes on, so that the limit is one of patience only.
const BETWEEN_CASES_EMULATED: Duration = Duration::from_secs(40);

/// Workers of a job that may stand still in an emulator.
const STANDSTILLS: u32 = 3;

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
        let mut worker = match Process::start(program.command(), last_line) {
            Ok(worker) => worker,
            Err(error) => return send(failed_job(&job, format!("the worker does not start: {error}"))),
        };
        worker.ask(&Request::Check { job: Box::new(job.clone()) }, &[]);
        let mut begun: Option<Begun> = None;
        let mut refused = None;
        let ended = loop {
            let patience = begun.as_ref().map_or(between_cases, |case| case.limit.saturating_sub(case.at.elapsed()));
            match worker.answer(patience).map(|(answer, _)| answer) {
                Ok(Answer::Start { index, limit, level, operation: name, case }) => {
                    begun = Some(begin(&job, index, limit, level, &name, &case));
                }
                Ok(Answer::End { result }) => {
                    job.start = begun.take().map_or(job.start, |case| case.index + 1);
                    send(*result);
                }
                Ok(Answer::Refused { reason }) => refused = Some(reason),
                Ok(Answer::Done) => {
                    // All results are in; how the worker leaves changes none of them.
                    worker.finish(between_cases);
                    return;
                }
                Ok(Answer::Ready { .. } | Answer::Took { .. }) => {}
                Err(NoAnswer::Ended) => break Some(worker.ended(between_cases)),
                Err(NoAnswer::Silent) => {
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
        let again = reproduce(&result, &job.reproduce);
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
        result: blank_result(level, format, &job.implementation.name, operation, case),
        at: Instant::now(),
        limit: Duration::from_millis(limit),
    }
}

/// The one result of a job that could not go on.
fn failed_job(job: &Job, reason: String) -> CaseResult {
    CaseResult {
        id: format!("L0/{}/{}/all/worker.{}", job.format, job.implementation.name, job.start),
        level: Level::L0,
        format: job.format.clone(),
        backend: job.implementation.name.clone(),
        operation: "all".to_owned(),
        case: format!("worker.{}", job.start),
        state: State::Error,
        reason: Some(reason),
        diagnosis: None,
        seconds: 0.0,
    }
}

/// Number of workers for a wish: what is asked for, or the cores.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    asked.unwrap_or(cores).clamp(1, cores)
}
