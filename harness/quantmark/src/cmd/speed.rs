//! `speed`: tokens a second of whole models.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use quantmark_cli::output::print_line;
use quantmark_cli::select::tier;
use quantmark_containers::gguf::GgufFile;
use quantmark_files::shown::shown_path;
use quantmark_record::number;
use quantmark_speed::model::{ModelSpeed, Rates, model_speed};
use serde_json::json;

use super::opponent::{Opponent, available_threads};
use super::perplexity::model_or_reference;
use super::{Exit, Failure, runnable};
use crate::progress::Progress;

/// Arguments of `speed`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Models: GGUF files, fetched models' names, or ollama:NAME[:TAG] [default: the reference model]
    #[arg(long, value_name = "MODEL,..", value_delimiter = ',')]
    pub model: Vec<PathBuf>,
    /// Times llama.cpp in turn with us: llama.cpp, its build for the same instructions, or llama.cpp:BUILD
    #[arg(long, value_name = "NAME")]
    pub against: Option<String>,
    /// Folder of llama.cpp's libraries [default: QUANTMARK_ORACLE, else the user's cache]
    #[arg(long, value_name = "DIR")]
    pub oracle: Option<PathBuf>,
    /// Threads of each side [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Looks at each speed
    #[arg(long, value_name = "N", default_value = "9")]
    pub looks: NonZeroUsize,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// What the longest context that is timed needs.
const CONTEXT: usize = 512;

/// Runs `speed`.
///
/// # Errors
/// A model cannot be read or run, llama.cpp is not installed or refuses it.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let threads = args.threads.map_or_else(available_threads, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(Failure::environment)?;
    let paths = if args.model.is_empty() {
        vec![model_or_reference(None)?]
    } else {
        args.model.iter().map(|model| model_or_reference(Some(model))).collect::<Result<_, _>>()?
    };
    let step = Progress::new(args.json).step("models", paths.len() as u64);
    let mut rows = Vec::new();
    for path in &paths {
        step.advance(&shown_path(path).to_string());
        let file = GgufFile::open(path).map_err(Failure::usage)?;
        let ours = tier()?;
        let (_, model) = runnable::open(path, &file, ours)?;
        let open = |name: &String| Opponent::open(name, args.oracle.as_deref(), path, ours);
        let opponent = args.against.as_ref().map(open).transpose()?;
        let tokens: Vec<u32> = (1..=CONTEXT as u32).map(|token| token % model.tokens().max(2) as u32).collect();
        let speed = pool.install(|| -> Result<ModelSpeed, Failure> {
            let session = opponent.as_ref().map(|opponent| opponent.model.session(CONTEXT, threads));
            let mut session = session.transpose().map_err(Failure::environment)?;
            Ok(model_speed(&model, &tokens, session.as_deref_mut(), args.looks.get())?)
        })?;
        rows.push((path, opponent.map(|opponent| opponent.variant), speed));
    }
    step.finish(&format!("{} timed", rows.len()));
    if args.json {
        let rows = rows.iter().map(|(path, build, speed)| {
            let rates = |rates: &Rates| {
                json!({"median": rates.median(), "samples": rates.ours, "theirs": rates.theirs, "ratio": rates.ratio()})
            };
            let (pp512, tg128) = (rates(&speed.pp512), rates(&speed.tg128));
            json!({"file": path.to_string_lossy(), "threads": threads, "against": build, "pp512": pp512, "tg128": tg128})
        });
        print_line(format_args!("{:#}", json!(rows.collect::<Vec<_>>())))?;
    } else {
        let name =
            |path: &PathBuf| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let names: Vec<String> = rows.iter().map(|(path, ..)| name(path)).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        print_line(format_args!("{:width$}  {:<34}  128 tokens one by one", "", "512 tokens at once"))?;
        for (name, (_, _, speed)) in names.iter().zip(&rows) {
            print_line(format_args!("{name:width$}  {:<34}  {}", cell(&speed.pp512), cell(&speed.tg128)))?;
        }
        let builds: Vec<&str> = rows.iter().filter_map(|(_, build, _)| build.as_deref()).take(1).collect();
        let over =
            builds.first().map(|build| format!("; x: ours over llama.cpp {build}'s, in turn, above 1 ours is faster"));
        print_line(format_args!("tokens/s, {threads} threads{}", over.unwrap_or_default()))?;
    }
    Ok(Exit::Held)
}

fn cell(rates: &Rates) -> String {
    let rate = rates.median().map_or_else(String::new, number::prefixed);
    let ratio = rates.ratio().map(|ratio| number::ratio_interval(&ratio));
    format!("{rate:>8} {}", ratio.unwrap_or_default())
}
