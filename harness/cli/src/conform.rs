//! `conform`: the conformance levels alone.

use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use quantmark_conformance as conformance;
use quantmark_conformance::filter::Filter;
use quantmark_conformance::supervisor::threads;
use quantmark_conformance::worker::{registered, serve};
use quantmark_conformance::{Options, data, report};
use quantmark_fault::Failure;
use quantmark_implementations::llama_cpp;
use quantmark_implementations::llama_cpp::Oracle;
use quantmark_implementations::llama_cpp::builds::PREFIX;
use quantmark_implementations::llama_cpp::install;
use quantmark_implementations::metal::EMULATED;
use quantmark_implementations::protocol::Against;
use quantmark_machine::shell::quote;
use quantmark_record::schema::{CaseResult, Summary};
use serde_json::json;

use crate::exit::Exit;
use crate::output::print;
use crate::select;

/// Checks kernels against reference files, exact values and their own contracts.
#[derive(Clone, Debug, clap::Args)]
pub struct Checks {
    /// Formats, by name or glob
    #[arg(long, value_name = "GLOB", num_args = 1.., value_delimiter = ',')]
    pub format: Vec<String>,
    /// Backends, by name or glob; all that this machine has where none is named. `metal` without a GPU, or
    /// `metal-emulated`, runs the shaders in the emulator
    #[arg(long, value_name = "GLOB", num_args = 1.., value_delimiter = ',')]
    pub backend: Vec<String>,
    /// Levels, L0 to L4
    #[arg(long, value_name = "LEVEL", num_args = 1.., value_delimiter = ',')]
    pub level: Vec<String>,
    /// Operations: quantize, quantize_weighted, dequantize, dot, matvec, matmul
    #[arg(long, value_name = "OP", num_args = 1.., value_delimiter = ',')]
    pub operation: Vec<String>,
    /// Cases, by name or glob
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    pub case: Vec<String>,
    /// Folders of reference files; the repository's own where none is named
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with = "no_reference")]
    pub reference: Vec<PathBuf>,
    /// Runs the generated cases only
    #[arg(long)]
    pub no_reference: bool,
    /// Compares with the live libraries instead, on fresh random inputs
    #[arg(long, value_name = "IMPLEMENTATION", value_parser = [llama_cpp::NAME], conflicts_with_all = ["reference", "no_reference"])]
    pub against: Option<String>,
    /// Seed of the inputs of --against; a new one where none is given
    #[arg(long, value_name = "N", requires = "against")]
    pub seed: Option<u64>,
    /// Inputs a format of --against
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub inputs: usize,
    /// Where llama.cpp's libraries are
    #[arg(long, value_name = "DIR")]
    pub oracle: Option<PathBuf>,
    /// Seconds that a case may take, instead of its own limit
    #[arg(long, value_name = "SECONDS")]
    pub time_limit: Option<f64>,
    /// Prints one JSON document and nothing else
    #[arg(long)]
    pub json: bool,
    /// Prints the ids of what would run
    #[arg(long)]
    pub list: bool,
    /// Worker processes at a time, at most the cores
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Backends that this machine must have: what it lacks of them is an error
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub expect: Vec<String>,
}

/// Runs the checks on this machine and prints what they came to.
///
/// # Errors
/// Wrong usage, bad reference files, a backend that is not there, or nothing to run.
pub fn run(args: &Checks) -> Result<Exit, Failure> {
    select::expect(&args.expect)?;
    let options = options(args)?;
    if args.list {
        return list(&options);
    }
    let mut results = Vec::new();
    let summary = conformance::run(&options, &mut |result| results.push(result))?;
    if summary.total == 0 {
        return Err(Failure::nothing_ran("no case matches; --list without filters shows all"));
    }
    results.sort_by_cached_key(sort_key);
    if args.json {
        print_json(&options, &summary, &results)?;
    } else {
        print_plain(&options, &summary, &results)?;
    }
    Ok(Exit::of(&summary))
}

/// Runs as a worker: requests on the standard input, answers on the standard output.
///
/// # Errors
/// The input is no request, or the parent has gone.
pub fn run_worker() -> Result<Exit, Failure> {
    serve(io::stdin(), &mut io::stdout().lock(), &registered).map_err(Failure::environment)?;
    Ok(Exit::Held)
}

fn options(args: &Checks) -> Result<Options, Failure> {
    let seed = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_secs());
    let against = match &args.against {
        None => None,
        Some(_) => {
            let oracle = install::directory(args.oracle.as_deref(), install::host_platform())?;
            // Without libraries every case would fail by itself.
            Oracle::open(&oracle).map_err(Failure::environment)?;
            Some(Against { oracle, seed: args.seed.unwrap_or_else(seed), cases: args.inputs })
        }
    };
    let reference = if args.no_reference || against.is_some() { Vec::new() } else { data::files(&args.reference)? };
    Ok(Options {
        filter: Filter {
            formats: args.format.clone(),
            levels: args.level.clone(),
            operations: args.operation.clone(),
            cases: args.case.clone(),
        },
        generated: against.is_none(),
        oracle: args.oracle.clone(),
        reproduce: reproduce(args, against.as_ref()),
        against,
        time_limit: args.time_limit,
        threads: threads(args.threads),
        ..Options::new(backends(&args.backend)?, reference)?
    })
}

/// The backends that the words name; those of ours that the machine has where there are no words. `metal` is the GPU
/// where there is one, else the emulator, which has a name of its own.
fn backends(words: &[String]) -> Result<Vec<String>, Failure> {
    let (mut others, mut ours) = (Vec::new(), Vec::new());
    for word in words {
        if word.starts_with(PREFIX) {
            others.push(word.clone());
        } else if select::is_emulated(word)? {
            others.push(EMULATED.to_owned());
        } else {
            ours.push(word.clone());
        }
    }
    if !others.is_empty() && ours.is_empty() {
        return Ok(others);
    }
    let ours = select::backends(&ours)?;
    Ok(others.into_iter().chain(ours.iter().map(|backend| backend.name().to_owned())).collect())
}

/// The options beyond the case's own that a command reproducing it needs.
fn reproduce(args: &Checks, against: Option<&Against>) -> String {
    let mut words: Vec<String> = reproduce_there(&args.expect).into_iter().collect();
    for folder in &args.reference {
        words.push(format!("--reference {}", quote(&folder.display().to_string())));
    }
    if args.no_reference {
        words.push("--no-reference".to_owned());
    }
    if let Some(against) = against {
        words.push(format!("--against llama.cpp --seed {} --inputs {}", against.seed, against.cases));
    }
    if let Some(oracle) = &args.oracle {
        words.push(format!("--oracle {}", quote(&oracle.display().to_string())));
    }
    words.join(" ")
}

fn list(options: &Options) -> Result<Exit, Failure> {
    let ids = conformance::list(options)?;
    if ids.is_empty() {
        return Err(Failure::nothing_ran("no case matches"));
    }
    print(&(ids.join("\n") + "\n"))?;
    Ok(Exit::Held)
}

fn sort_key(result: &CaseResult) -> (String, usize, String) {
    let formats = quantmark_kernels::Format::ALL;
    let place = formats.iter().position(|format| format.name() == result.format).unwrap_or(formats.len());
    (result.backend.clone(), place, result.id.clone())
}

fn print_json(options: &Options, summary: &Summary, results: &[CaseResult]) -> Result<(), Failure> {
    let failures: Vec<&CaseResult> = results.iter().filter(|result| result.state.is_failure()).collect();
    let notes = results.iter().filter(|result| report::has_note(result));
    let notes: Vec<_> = notes.map(|note| json!({ "id": note.id, "note": note.reason })).collect();
    let mut document = json!({ "summary": summary, "failures": failures, "notes": notes });
    if let Some(against) = &options.against {
        document["seed"] = json!(against.seed);
    }
    print(&format!("{document:#}\n"))
}

fn print_plain(options: &Options, summary: &Summary, results: &[CaseResult]) -> Result<(), Failure> {
    let mut text = String::new();
    if let Some(against) = &options.against {
        text += &format!("against llama.cpp, seed {}\n\n", against.seed);
    }
    text += &report::matrix(results);
    for result in results.iter().filter(|result| result.state.is_failure()) {
        text += &report::failure(result);
        text.push('\n');
    }
    text += &report::notes(results);
    text += &report::holes(results);
    text += &report::totals(summary);
    text.push('\n');
    print(&text)
}

/// The words that bring a command to this device, in a program that a runner started with the backends it expects.
pub fn reproduce_there(expect: &[String]) -> Option<String> {
    let name = std::env::var("QUANTMARK_DEVICE").ok().filter(|_| !expect.is_empty())?;
    Some(format!("--device {}", quote(&name)))
}
