//! A run that writes a record: deployed, run, gone on with where it was cut short, fetched, cleared away.

use std::path::Path;
use std::time::Duration;

use quantmark_record::Record;

use super::{Call, Payload, Runner, RunnerError};

/// The folder of the record, seen from the working folder.
const OUT: &str = "run";

/// How often a program that vanished is started again.
const RESTARTS: u32 = 3;

/// A run of `bench` on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Arguments of `bench`, without `--out` and `--resume`.
    pub arguments: Vec<String>,
    /// Time that the whole run may take.
    pub limit: Duration,
    /// Goes on with what an earlier run left, here or there.
    pub resume: bool,
}

/// Runs `bench` on a device and leaves its record at `path`; the exit code is that of the program. A record that is not
/// complete is fetched as well, whatever happened, so that nothing is lost and a later run can go on with it.
///
/// # Errors
/// The device is out of reach, the time is over, the program vanished too often.
pub fn record(runner: &dyn Runner, payload: &Payload, job: &Job, path: &Path) -> Result<i32, RunnerError> {
    let there = format!("{OUT}/run.jsonl");
    if !job.resume {
        runner.clean()?;
    }
    runner.deploy(payload)?;
    if job.resume && path.is_file() && !is_at_least(runner, &there, path)? {
        runner.send(path, &there)?;
    }
    let ended = attempts(runner, job, &there);
    // What cannot be reached now waits there for the next run.
    if !matches!(ended, Err(RunnerError::Unreachable { .. })) {
        runner.fetch(&there, path)?;
        runner.clean()?;
    }
    ended
}

fn attempts(runner: &dyn Runner, job: &Job, there: &str) -> Result<i32, RunnerError> {
    let mut restarts = 0;
    loop {
        let mut arguments = vec!["bench".to_owned(), "--out".to_owned(), OUT.to_owned()];
        if (job.resume || restarts > 0) && exists(runner, there)? {
            arguments.push("--resume".to_owned());
        }
        arguments.extend(job.arguments.iter().cloned());
        match runner.run(&Call { arguments, limit: job.limit }) {
            Err(RunnerError::Vanished { place }) if restarts < RESTARTS => {
                restarts += 1;
                eprintln!("{place}: the program vanished; going on with its record");
            }
            ended => return ended.map(|ended| ended.code),
        }
    }
}

fn exists(runner: &dyn Runner, there: &str) -> Result<bool, RunnerError> {
    let aside = tempfile::tempdir().map_err(RunnerError::here("a temporary folder"))?;
    runner.fetch(there, &aside.path().join("run.jsonl"))
}

/// Whether the record there holds as much as the one here.
fn is_at_least(runner: &dyn Runner, there: &str, here: &Path) -> Result<bool, RunnerError> {
    let aside = tempfile::tempdir().map_err(RunnerError::here("a temporary folder"))?;
    let copy = aside.path().join("run.jsonl");
    if !runner.fetch(there, &copy)? {
        return Ok(false);
    }
    let results = |path: &Path| Record::read(path).map_or(0, |record| record.done().len());
    Ok(results(&copy) >= results(here))
}
