//! Conformance: is a kernel right?
//!
//! A [`case::Case`] asks one thing of a [`subject::Subject`]: golden cases compare with reference files ([`golden`]),
//! generated ones need none ([`classes`]), and [`against`] asks llama.cpp's libraries there and then. What a product may
//! be off by is derived in [`exact`]. Cases run in worker processes ([`worker`]), one a format and backend, so that a
//! crash is a row ([`supervisor`]).

pub mod against;
pub mod blocks;
pub mod case;
pub mod catalogue;
pub mod classes;
pub mod compare;
pub mod data;
pub mod describe;
mod error;
pub mod exact;
pub mod expected;
pub mod filter;
pub mod golden;
pub mod guard;
pub mod library;
pub mod metal;
pub mod minimum;
pub mod product;
pub mod protocol;
pub mod report;
pub(crate) mod signal;
pub mod subject;
pub mod supervisor;
pub mod worker;

use std::collections::BTreeMap;
use std::path::PathBuf;

use quantmark_kernels::{Backend, Format};
use quantmark_metal_emulator::Mode;

pub use self::error::ConformanceError;
use self::expected::Expected;
use self::filter::{Filter, Matcher};
use self::library::LibrarySubject;
use self::metal::{Emulator, MetalSubject};
use self::protocol::{Against, Job};
use self::subject::{BackendSubject, Subject};
use self::supervisor::WorkerProgram;
use crate::record::schema::{CaseResult, Summary};
use crate::reference::oracle::{CpuVariant, Oracle};

/// The hidden subcommand that turns the program into a worker.
pub const WORKER_COMMAND: &str = "conform-worker";

/// How llama.cpp's libraries are named where they are the subject: this and the CPU build.
const LIBRARY_PREFIX: &str = "llama.cpp-";

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
            threads: supervisor::threads(None),
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
    supervisor::supervise(jobs(options)?, &options.worker, options.threads, &mut |mut result| {
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
        let cases = catalogue::cases(&job).map_err(ConformanceError::Asked)?;
        ids.extend(cases.iter().map(|case| case.id(&job.backend)));
    }
    Ok(ids)
}

/// One job a backend and format.
fn jobs(options: &Options) -> Result<Vec<Job>, ConformanceError> {
    let matcher = Matcher::new(&options.filter).map_err(ConformanceError::Asked)?;
    let mut files: BTreeMap<Format, Vec<PathBuf>> = BTreeMap::new();
    for path in &options.reference {
        let file = catalogue::open(path).map_err(ConformanceError::Asked)?;
        files.entry(file.format).or_default().push(path.clone());
    }
    let mut jobs = Vec::new();
    for backend in &options.backends {
        for format in Format::ALL.iter().filter(|format| matcher.format(format.name())) {
            jobs.push(Job {
                format: format.name().to_owned(),
                backend: backend.clone(),
                filter: options.filter.clone(),
                files: prefixed(files.get(format).map_or(&[], Vec::as_slice)),
                generated: options.generated,
                against: options.against.clone(),
                oracle: options.oracle.clone(),
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

/// The subject that a job names.
///
/// # Errors
/// The machine lacks it, or there is none of that name.
pub fn resolve(job: &Job) -> Result<Box<dyn Subject>, String> {
    if let Some(variant) = job.backend.strip_prefix(LIBRARY_PREFIX) {
        let directory = job.oracle.as_deref().ok_or("the libraries are a backend only with --oracle DIR")?;
        let opened = Oracle::open(directory).and_then(|base| Ok((base, CpuVariant::open(directory, variant)?)));
        let (base, cpu) = opened.map_err(|error| error.to_string())?;
        return Ok(Box::new(LibrarySubject::new(base, cpu)));
    }
    if job.backend == metal::EMULATED {
        return Ok(Box::new(MetalSubject::new(metal::EMULATED, Emulator::new(Mode::Guarded)?)));
    }
    let backend: Backend =
        job.backend.parse().map_err(|error: quantmark_kernels::backend::UnknownBackend| error.to_string())?;
    let available = backend.detect().map_err(|error| error.to_string())?;
    #[cfg(target_vendor = "apple")]
    if backend == Backend::Metal {
        return Ok(Box::new(MetalSubject::new(backend.name(), metal::Gpu::new()?)));
    }
    Ok(Box::new(BackendSubject::new(available)))
}
