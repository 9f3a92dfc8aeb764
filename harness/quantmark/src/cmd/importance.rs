//! `importance`: which columns of a model's matrices matter, for quantizing it.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use quantmark_cli::select::tier;
use quantmark_containers::gguf::GgufFile;
use quantmark_files::shown::shown_path;
use quantmark_model::importance::write_importance;
use quantmark_model::quality::{Windows, collect_importance};
use quantmark_model::store::resolve;

use super::{Exit, Failure, runnable};
use crate::progress::Progress;

/// Arguments of `importance`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The model, best not quantized: a GGUF file, a fetched model's name, or ollama:NAME[:TAG]
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// The text to read: like what the model will be used for, and not what it will be judged on
    #[arg(long, value_name = "FILE")]
    pub text: PathBuf,
    /// The file to write, in llama-imatrix's form
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Tokens of a window
    #[arg(long, value_name = "N", default_value = "512")]
    pub ctx: NonZeroUsize,
    /// Windows at most [default: all that the text fills]
    #[arg(long, value_name = "N")]
    pub chunks: Option<NonZeroUsize>,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
}

/// Runs `importance`.
///
/// # Errors
/// A file cannot be read or is none that can be run, or the text is too short, or the output cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let model_path = resolve(&args.model)?;
    let file = GgufFile::open(&model_path).map_err(Failure::usage)?;
    let (tokenizer, model) = runnable::open(&model_path, &file, tier()?)?;
    let in_text = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", shown_path(&args.text)));
    let text = fs::read(&args.text).map_err(|error| in_text(&error))?;
    let windows = Windows::of(&text, &tokenizer, args.ctx.get(), args.chunks.map(NonZeroUsize::get));
    let windows = windows.map_err(|error| in_text(&error))?;
    let progress = Progress::new(false).step("windows", windows.count() as u64);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.map_or(0, NonZeroUsize::get)).build();
    let pool = pool.map_err(Failure::environment)?;
    let sums = pool.install(|| collect_importance(&model, &windows, &|| progress.advance_by(1, "read")));
    let sums = sums.map_err(|error| Failure::usage(format!("{}: {error}", shown_path(&model_path))))?;
    let (count, length) = (windows.count() as u32, args.ctx.get() as u32);
    let name = args.text.to_string_lossy();
    write_importance(&sums, &name, count, length, &args.out).map_err(Failure::environment)?;
    progress.finish(&format!("{} matrices over {} tokens", sums.len(), windows.count() * args.ctx.get()));
    Ok(Exit::Held)
}
