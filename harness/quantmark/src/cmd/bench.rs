//! `bench`: the main job. Conformance, sizes, speed, into one record and its reports.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use quantmark_cli::conform::reproduce_there;
use quantmark_cli::output::print;
use quantmark_cli::select::{self, backends, formats, is_emulated};
use quantmark_conformance as conformance;
use quantmark_conformance::data;
use quantmark_files::names::folder_name;
use quantmark_files::whole_file;
use quantmark_implementations::llama_cpp;
use quantmark_implementations::registry::{OpenError, entry};
use quantmark_lab::devices::Place;
use quantmark_lab::runner;
use quantmark_lab::runner::{Job, RunnerError};
use quantmark_machine as device;
use quantmark_record::schema::{Header, Implementation, SCHEMA_VERSION};
use quantmark_record::{Document, Record, RecordError, Resume, Writer, now};
use quantmark_report as report;
use quantmark_verdict::regression::{HISTORY, History, Watch};

use super::device_args::DeviceArgs;
use super::on_device::{self, Site, is_here, passing};
use super::opponent::available_threads;
use super::relay::{self, Role};
use super::{Exit, Failure, costs};
use crate::bench::{Against, Plan, Selection};
use crate::build::BUILD;
use crate::progress::Progress;

/// Arguments of `bench`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Profiles (quick, standard, nightly) or speed suites; several by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "standard")]
    pub suite: Vec<String>,
    /// Formats, by name or glob [default: all]
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub format: Vec<String>,
    /// Backends, by name or glob [default: all that this machine has]; `metal-emulated` checks the shaders without a GPU
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub backend: Vec<String>,
    /// The other side of every timing: llama.cpp, llama.cpp:BUILD, ik_llama.cpp, or none [default: llama.cpp where installed]
    #[arg(long, value_name = "NAME")]
    pub against: Option<String>,
    /// Threads where a suite asks for all [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Folder of the record and its reports [default: reports/runs/RUN]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Goes on with the record in --out, which was cut short, with what never ran
    #[arg(long, requires = "out")]
    pub resume: bool,
    /// Name of this device in the record [default: the host's]
    #[arg(long, value_name = "NAME")]
    pub device_name: Option<String>,
    /// Folder of llama.cpp's libraries [default: QUANTMARK_ORACLE, else the user's cache]
    #[arg(long, value_name = "DIR")]
    pub oracle: Option<PathBuf>,
    /// Holds each timing against the device's history in this folder; one that stands out is taken again, and what is
    /// slower then makes the run fail
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = HISTORY)]
    pub against_history: Option<PathBuf>,
    /// Writes a summary in Markdown, for the page of a CI job
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Folders of reference files [default: those of the repository]
    #[arg(long, value_name = "DIR")]
    pub reference: Vec<PathBuf>,
    /// Where it runs.
    #[command(flatten)]
    pub on: DeviceArgs,
    /// Backends that this machine must have: what it lacks of them is an error
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub expect: Vec<String>,
    /// Instructions counted under the emulator that runs this, for the record
    #[arg(long, value_name = "FILE", hide = true)]
    pub costs: Option<PathBuf>,
    /// Lists what would run and runs nothing
    #[arg(long)]
    pub list: bool,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Runs `bench`.
///
/// # Errors
/// The arguments name nothing, the record cannot be written, the environment lacks what was asked for.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let Some(place) = args.on.place()? else { return here(args) };
    let mut args = Args { backend: place.measured(&args.backend), ..args.clone() };
    if is_here(&place) {
        args.expect.extend(place.backends);
        return here(&args);
    }
    on_device(&args, place)
}

fn here(args: &Args) -> Result<Exit, Failure> {
    select::expect(&args.expect)?;
    let plan = plan(args)?;
    if args.list {
        return list(&plan);
    }
    let against = against(args, &plan)?;
    let header = header(args, &plan, against.as_ref());
    let folder = args.out.clone().unwrap_or_else(|| Path::new("reports/runs").join(folder_name(&header.run)));
    let path = folder.join("run.jsonl");
    let emulated = header.environment.emulated;
    let history = args.against_history.as_deref().map(|folder| History::open(folder, &header.environment.device));
    let watch = history.transpose().map_err(Failure::usage)?.map(Watch::new);
    let (mut writer, before) = if args.resume {
        match Writer::resume(&path, &header, &device::conditions()).map_err(refused)? {
            Resume::Complete(_) => {
                eprintln!("{}: the run is complete; its reports are written again", path.display());
                return finish(args, &folder, &path);
            }
            Resume::Unfinished { writer, record } => (*writer, Some(*record)),
        }
    } else {
        (Writer::create(&path, header).map_err(refused)?, None)
    };
    plan.run(&mut writer, before.as_ref(), against.as_ref(), watch.as_ref(), emulated, &Progress::new(args.json))?;
    if let Some(path) = &args.costs {
        let done = before.as_ref().map(Record::done).unwrap_or_default();
        for cost in costs::read(path)? {
            let measurement = cost.measurement();
            if !done.contains(&measurement.id) {
                writer.append(measurement).map_err(Failure::environment)?;
            }
        }
    }
    writer.finish(&device::conditions()).map_err(Failure::environment)?;
    finish(args, &folder, &path)
}

/// Runs the command on another device: the record is fetched and rendered here.
fn on_device(args: &Args, place: Place) -> Result<Exit, Failure> {
    let run = format!("{}-{}", args.device_name.as_ref().unwrap_or(&place.name), now().replace(':', ""));
    let folder = args.out.clone().unwrap_or_else(|| Path::new("reports/runs").join(folder_name(&run)));
    let path = folder.join("run.jsonl");
    if path.exists() && !args.resume && !args.list {
        return Err(refused(RecordError::Exists { path }));
    }
    if args.resume && Record::read(&path).is_ok_and(|record| record.is_complete()) {
        eprintln!("{}: the run is complete; its reports are written again", path.display());
        return finish(args, &folder, &path);
    }
    let (_passing, nowhere) = passing()?;
    let out = if args.list { &nowhere } else { &folder };
    let mut site = Site::new(place, args.on.program.as_deref(), out)?.with_oracle(args.oracle.as_deref());
    let counted = tempfile::tempdir().map_err(Failure::environment)?;
    let file = counted.path().join("costs.json");
    let costs = if args.list { None } else { costs::of_device(&site, &args.format, &args.backend, &file)? };
    if args.against.as_deref() == Some("none") || site.place.is_emulated() {
        site = site.without_oracle();
    }
    let expected = site.place.backends.clone();
    let mut arguments = relay::words::<Args>(&mut site, |argument| match argument {
        "device" | "lab" | "host" | "program" | "oracle" | "out" | "resume" | "markdown" | "list" => Role::Stays,
        // The history may not be here yet, and costs are counted here.
        "against_history" | "costs" => Role::Stays,
        "reference" => Role::Carried,
        "suite" => Role::Instead(args.suite.clone()),
        "backend" => Role::Instead(args.backend.clone()),
        "expect" => Role::Instead(expected.clone()),
        _ => Role::Goes,
    })?;
    if let Some(costs) = costs {
        arguments.extend(["--costs".to_owned(), site.carry(&costs)]);
    }
    if let Some(history) = args.against_history.as_deref().filter(|folder| folder.is_dir()) {
        arguments.extend(["--against-history".to_owned(), site.carry(history)]);
    }
    if args.list {
        return site.run([vec!["bench".to_owned(), "--list".to_owned()], arguments].concat());
    }
    let job = Job { arguments, limit: site.place.limit(), resume: args.resume };
    let code = runner::record(site.runner.as_ref(), &site.payload, &job, &path).map_err(|error| match &error {
        RunnerError::Unreachable { .. } | RunnerError::OutOfTime { .. } => Failure::environment(format!(
            "{error}; what was done is kept: the same command with --out {} --resume goes on",
            folder.display()
        )),
        _ => error.into(),
    })?;
    match on_device::exit(&site.place, code)? {
        Exit::Held | Exit::Failed => finish(args, &folder, &path),
        exit => Ok(exit),
    }
}

fn plan(args: &Args) -> Result<Plan, Failure> {
    let selection = Selection::new(&args.suite, device::emulated())?;
    let threads = args.threads.map_or_else(available_threads, NonZeroUsize::get);
    let mut checks = conformance::Options::new(Vec::new(), data::files(&args.reference)?)?;
    checks.reproduce = reproduce_there(&args.expect).unwrap_or_default();
    let (mut emulated, mut words) = (false, Vec::new());
    for word in &args.backend {
        if is_emulated(word)? {
            emulated = true;
        } else {
            words.push(word.clone());
        }
    }
    let backends = if emulated && words.is_empty() { Vec::new() } else { backends(&words)? };
    let plan = Plan::new(&selection, formats(&args.format)?, backends, threads, checks);
    Ok(if emulated { plan.and_emulated_shaders() } else { plan })
}

fn list(plan: &Plan) -> Result<Exit, Failure> {
    let text = plan.ids()?.join("\n") + "\n";
    print(&text)?;
    Ok(Exit::Held)
}

/// Renders the record and says how it ended.
fn finish(args: &Args, folder: &Path, path: &Path) -> Result<Exit, Failure> {
    let record = Record::read(path).map_err(Failure::usage)?;
    report::write(&record, folder)
        .map_err(|(path, error)| Failure::environment(format!("{}: {error}", path.display())))?;
    if args.json {
        let document = serde_json::to_string_pretty(&Document::from(&record)).map_err(Failure::environment)?;
        print(&(document + "\n"))?;
    } else {
        print(&format!("{}\npage: {}\n", report::summary(&record), folder.join("index.html").display()))?;
    }
    if let Some(path) = &args.markdown {
        whole_file::replace(path, report::markdown::of_run(&record).as_bytes())
            .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
    }
    match Exit::of(&record.summary()) {
        Exit::Held if record.got_slower().next().is_some() => Ok(Exit::Failed),
        exit => Ok(exit),
    }
}

/// The implementation to compare with: the one that was asked for, or llama.cpp where it is installed.
fn against(args: &Args, plan: &Plan) -> Result<Option<Against>, Failure> {
    if device::emulated() || args.against.as_deref() == Some("none") {
        // In an emulator nothing is timed, so nothing is compared.
        return Ok(None);
    }
    let libraries = args.oracle.as_deref();
    let (name, variant) = match &args.against {
        Some(asked) => asked.split_once(':').map_or((asked.as_str(), None), |(name, variant)| (name, Some(variant))),
        None => (llama_cpp::NAME, None),
    };
    if args.against.is_none() && libraries.is_none() && !entry(name)?.is_installed(None) {
        eprintln!("llama.cpp's libraries are not installed (`cargo xtask oracle install`): timings stand alone");
        return Ok(None);
    }
    let opened = Against::open(name, variant, libraries, plan.backends());
    Ok(Some(opened.map_err(|error| match error {
        OpenError::Unknown { name, known } => {
            let known = known.join(", ");
            Failure::usage(format!("--against {name}: expected {known}, each also as NAME:VARIANT, or none"))
        }
        other => other.into(),
    })?))
}

fn header(args: &Args, plan: &Plan, against: Option<&Against>) -> Header {
    let environment = device::environment(args.device_name.as_deref(), &BUILD);
    let started = now();
    let ours = plan.backends().iter().map(|backend| Implementation {
        name: "quantmark".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        variant: backend.name().to_owned(),
    });
    Header {
        schema: SCHEMA_VERSION,
        run: format!("{}-{}", environment.device, started.replace(':', "")),
        started,
        command: command(args),
        suites: args.suite.clone(),
        plan: plan.words(),
        environment,
        implementations: ours.chain(against.into_iter().flat_map(Against::receipts)).collect(),
    }
}

/// The command's words for the record, which may be published: where the program lies is nobody's business, and what a
/// runner adds for itself is not what was asked.
fn command(args: &Args) -> Vec<String> {
    let added = args.costs.as_ref().map(|path| path.display().to_string());
    let words = std::env::args().skip(1).filter(|word| Some(word) != added.as_ref() && word != "--costs");
    std::iter::once("quantmark".to_owned()).chain(words).collect()
}

/// What the system refuses is its fault, except that a file is not there; all else is in the arguments or the file.
fn refused(error: RecordError) -> Failure {
    match &error {
        RecordError::Io { source, .. } if source.kind() != io::ErrorKind::NotFound => Failure::environment(error),
        _ => Failure::usage(error),
    }
}
