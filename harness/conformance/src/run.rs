//! Running cases: which there are, and each result as it is ready.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quantmark_implementations::process::WorkerProgram;
use quantmark_implementations::protocol::{Against, Job, Named};
use quantmark_kernels::Format;
use quantmark_record::schema::{CaseResult, Summary};

use crate::error::ConformanceError;
use crate::expected::Expected;
use crate::filter::{Filter, Matcher};

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which cases.
    pub filter: Filter,
    /// Which backends, by name; `llama.cpp-VARIANT` is one of the library's CPU builds.
    pub backends: Vec<String>,
    /// Reference files; see [`data::files`].
    pub reference: Vec<PathBuf>,
    /// Whether generated cases are run.
    pub generated: bool,
    /// The live libraries to compare with.
    pub against: Option<Against>,
    /// Where the libraries are, for `llama.cpp-VARIANT`.
    pub oracle: Option<PathBuf>,
    /// Words that a command reproducing a case needs beside the case's own.
    pub reproduce: String,
    /// Seconds that a case may take, instead of its own limit.
    pub time_limit: Option<f64>,
    /// Workers at a time.
    pub threads: usize,
    /// How a worker is started.
    pub worker: WorkerProgram,
}

impl Options {
    /// Every generated case and every case of some reference files, on all cores, by this very program.
    ///
    /// # Errors
    /// The program cannot find itself.
    pub fn new(backends: Vec<String>, reference: Vec<PathBuf>) -> Result<Self, ConformanceError> {
        let worker = WorkerProgram::current().map_err(ConformanceError::NoProgram)?;
        Ok(Self {
            filter: Filter::default(),
            backends,
            reference,
            generated: true,
            against: None,
            oracle: None,
            reproduce: String::new(),
            time_limit: None,
            threads: crate::supervisor::threads(None),
            worker,
        })
    }
}

/// Runs every case that is asked for and hands each result to `sink` as it is ready, in no particular order.
///
/// # Errors
/// A filter is no glob, a reference file is none.
pub fn run(options: &Options, sink: &mut dyn FnMut(CaseResult)) -> Result<Summary, ConformanceError> {
    let expected = Expected::built_in();
    let mut summary = Summary::default();
    crate::supervisor::supervise(jobs(options)?, &options.worker, options.threads, &mut |mut result| {
        expected.apply(&mut result);
        summary.count(result.state);
        sink(result);
    });
    Ok(summary)
}

/// The ids of all cases that [`run`] would run.
///
/// # Errors
/// As [`run`].
pub fn list(options: &Options) -> Result<Vec<String>, ConformanceError> {
    let mut ids = Vec::new();
    for job in jobs(options)? {
        let cases = crate::catalogue::cases(&job).map_err(ConformanceError::Asked)?;
        ids.extend(cases.iter().map(|case| case.id(&job.implementation.name)));
    }
    Ok(ids)
}

/// One job a backend and format.
fn jobs(options: &Options) -> Result<Vec<Job>, ConformanceError> {
    let matcher = Matcher::new(&options.filter).map_err(ConformanceError::Asked)?;
    let mut files: BTreeMap<Format, Vec<PathBuf>> = BTreeMap::new();
    for path in &options.reference {
        let file = crate::catalogue::open(path).map_err(ConformanceError::Asked)?;
        files.entry(file.format).or_default().push(path.clone());
    }
    let mut jobs = Vec::new();
    for backend in &options.backends {
        for format in Format::ALL.iter().filter(|format| matcher.format(format.name())) {
            jobs.push(Job {
                format: format.name().to_owned(),
                implementation: Named { name: backend.clone(), libraries: options.oracle.clone() },
                filter: options.filter.clone(),
                files: prefixed(files.get(format).map_or(&[], Vec::as_slice)),
                generated: options.generated,
                against: options.against.clone(),
                reproduce: options.reproduce.clone(),
                time_limit: options.time_limit,
                start: 0,
            });
        }
    }
    Ok(jobs)
}

/// The only file of a format names its cases `golden.NAME`; of several, each puts its own name and place between.
fn prefixed(paths: &[PathBuf]) -> Vec<(String, PathBuf)> {
    if let [only] = paths {
        return vec![("golden".to_owned(), only.clone())];
    }
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    (1..).zip(paths).map(|(place, path)| (format!("golden.{place}.{}", stem(path)), path.clone())).collect()
}
