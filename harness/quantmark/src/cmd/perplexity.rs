//! `perplexity`: how well a model predicts a text, and how far it is from another.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use quantmark_cli::output::{print, print_line};
use quantmark_cli::select;
use quantmark_cli::select::tier;
use quantmark_containers::gguf::GgufFile;
use quantmark_files::checksum::sha256;
use quantmark_files::shown::shown_path;
use quantmark_implementations::WholeModel;
use quantmark_lab::devices::Place;
use quantmark_model::quality::{
    Base, Divergence, MeasureError, Noise, PROTOCOL, Perplexity, Windows, measure, measure_against, noise,
};
use quantmark_model::store::resolve;
use quantmark_model::tokenizer::Tokenizer;
use quantmark_reference::reference_data;
use serde_json::json;

use super::device_args::DeviceArgs;
use super::on_device::{Site, is_here, passing};
use super::opponent::{Opponent, available_threads};
use super::relay::{self, Role};
use super::{Exit, Failure, runnable};
use crate::progress::Progress;

/// Arguments of `perplexity`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The model: a GGUF file, a fetched model's name, or ollama:NAME[:TAG] [default: the reference model]
    #[arg(long, value_name = "MODEL")]
    pub model: Option<PathBuf>,
    /// The text to predict [default: what the reference model never saw]
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
    /// Tokens of a window
    #[arg(long, value_name = "N", default_value = "512")]
    pub ctx: NonZeroUsize,
    /// Windows at most [default: all that the text fills]
    #[arg(long, value_name = "N")]
    pub chunks: Option<NonZeroUsize>,
    /// A model to measure the divergence from, most often the one before quantizing
    #[arg(long, value_name = "MODEL")]
    pub base: Option<PathBuf>,
    /// Measures the divergence from llama.cpp with the same model instead: llama.cpp, its build for the same
    /// instructions, or llama.cpp:BUILD
    #[arg(long, value_name = "NAME", conflicts_with = "base")]
    pub against: Option<String>,
    /// Folder of llama.cpp's libraries [default: QUANTMARK_ORACLE, else the user's cache]
    #[arg(long, value_name = "DIR")]
    pub oracle: Option<PathBuf>,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Where it runs.
    #[command(flatten)]
    pub on: DeviceArgs,
    /// Prints one JSON document on stdout and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// The reference model's file below `reference-data`.
const REFERENCE_MODEL: &str = "models/quantmark-reference-5.8m-f16.gguf";

/// The reference text's file below `reference-data`.
const REFERENCE_TEXT: &str = "texts/heldout.txt";

/// What was measured.
struct Measured {
    model: Perplexity,
    base: Option<(Perplexity, Divergence)>,
    noise: Option<Noise>,
}

/// Runs `perplexity`.
///
/// # Errors
/// A file cannot be read or is none that can be run, or the text is too short.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    match args.on.place()? {
        Some(place) if is_here(&place) => {
            select::expect(&place.backends)?;
            here(args)
        }
        Some(place) => on_device(args, place),
        None => here(args),
    }
}

/// Runs the command on another device, with the models and the text that it names.
fn on_device(args: &Args, place: Place) -> Result<Exit, Failure> {
    let (_folder, out) = passing()?;
    let mut site = Site::new(place, args.on.program.as_deref(), &out)?.with_oracle(args.oracle.as_deref());
    match args.against {
        Some(_) => site.require_oracle()?,
        None => site = site.without_oracle(),
    }
    let mut words = vec!["perplexity".to_owned()];
    for (name, named) in [("--model", &args.model), ("--base", &args.base)] {
        if let Some(named) = named {
            words.extend([name.to_owned(), site.carry(&resolve(named)?)]);
        }
    }
    words.extend(relay::words::<Args>(&mut site, |argument| match argument {
        "device" | "lab" | "host" | "program" | "oracle" | "model" | "base" => Role::Stays,
        "text" => Role::Carried,
        _ => Role::Goes,
    })?);
    site.run(words)
}

fn here(args: &Args) -> Result<Exit, Failure> {
    let model_path = model_or_reference(args.model.as_deref())?;
    let base_path = args.base.as_deref().map(resolve).transpose()?;
    let text_path = or_reference(args.text.as_deref(), REFERENCE_TEXT)?;
    if args.ctx.get() < 4 {
        return Err(Failure::usage(format!("--ctx {}: expected at least 4", args.ctx)));
    }
    let file = GgufFile::open(&model_path).map_err(Failure::usage)?;
    let base_file = base_path.as_deref().map(GgufFile::open).transpose().map_err(Failure::usage)?;
    let tier = tier()?;
    let (tokenizer, model) = runnable::open(&model_path, &file, tier)?;
    let mut base = None;
    if let (Some(base_file), Some(path)) = (&base_file, &base_path) {
        let (base_tokenizer, base_model) = runnable::open(path, base_file, tier)?;
        if !base_tokenizer.vocabulary().same_tokens(tokenizer.vocabulary()) {
            let (path, model) = (shown_path(path), shown_path(&model_path));
            return Err(Failure::usage(format!("{path}: its tokens are not those of {model}")));
        }
        base = Some(base_model);
    }
    let text = fs::read(&text_path).map_err(|error| Failure::usage(format!("{}: {error}", shown_path(&text_path))))?;
    let windows = Windows::of(&text, &tokenizer, args.ctx.get(), args.chunks.map(NonZeroUsize::get))
        .map_err(|error| Failure::usage(format!("{}: {error}", shown_path(&text_path))))?;

    let progress = Progress::new(args.json).step("windows", windows.count() as u64);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.map_or(0, NonZeroUsize::get)).build();
    let told = |perplexity: f64| progress.advance_by(1, &format!("perplexity {perplexity:.4}"));
    let opponent = args.against.as_deref().map(|name| opponent(name, args, &model_path, &tokenizer, &text));
    let opponent = opponent.transpose()?;
    let threads = args.threads.map_or_else(available_threads, NonZeroUsize::get);
    let measured = pool.map_err(Failure::environment)?.install(|| {
        let mut other = match (&base, &opponent) {
            (Some(base), _) => Base::model(base, &windows),
            (None, Some(opponent)) => {
                Base::logits(&windows, |tokens| opponent.logits(tokens, threads).map_err(|error| error.to_string()))
            }
            (None, None) => {
                let model = measure(&model, &windows, &told)?;
                return Ok(Measured { model, base: None, noise: None });
            }
        };
        let (perplexity, base, divergence) = measure_against(&model, &mut other, &windows, &told)?;
        let noise = noise(&file, &model, tier, &windows)?;
        Ok(Measured { model: perplexity, base: Some((base, divergence)), noise })
    });
    let measured =
        measured.map_err(|error: MeasureError| Failure::usage(format!("{}: {error}", shown_path(&model_path))))?;
    progress.finish(&format!("{} predictions", measured.model.predictions));
    if !measured.model.perplexity.is_finite() {
        return Err(Failure::usage(format!("{}: its predictions are no numbers", shown_path(&model_path))));
    }
    if args.json {
        print_line(format_args!(
            "{:#}",
            document(&model_path, &text_path, base_path.as_deref(), args, &windows, &measured)?
        ))?;
    } else {
        print(&plain(&windows, args, &measured))?;
    }
    Ok(Exit::Held)
}

/// llama.cpp with the model open, which must divide the text as we do.
fn opponent(
    name: &str,
    args: &Args,
    model: &Path,
    tokenizer: &Tokenizer,
    text: &[u8],
) -> Result<Box<dyn WholeModel>, Failure> {
    let opened = Opponent::open(name, args.oracle.as_deref(), model, tier()?)?.model;
    if opened.tokenize(text).map_err(Failure::environment)? != tokenizer.encode(text) {
        let model = shown_path(model);
        return Err(Failure::not_held(format!("{model}: llama.cpp divides the text into other tokens")));
    }
    Ok(opened)
}

fn or_reference(named: Option<&Path>, reference: &str) -> Result<PathBuf, Failure> {
    named.map_or_else(|| Ok(reference_data()?.join(reference)), |path| Ok(path.to_owned()))
}

pub(super) fn model_or_reference(named: Option<&Path>) -> Result<PathBuf, Failure> {
    named.map_or_else(|| or_reference(None, REFERENCE_MODEL), |name| Ok(resolve(name)?))
}

fn plain(windows: &Windows, args: &Args, measured: &Measured) -> String {
    let Perplexity { perplexity, error, predictions } = measured.model;
    let mut text = format!(
        "perplexity {perplexity:.4} +- {error:.4}\n{} windows of {} tokens, {predictions} predictions ({PROTOCOL})\n",
        windows.count(),
        args.ctx
    );
    if let Some((base, divergence)) = &measured.base {
        let name = args.against.as_deref().unwrap_or("base");
        let [mean, error, median, most, max] =
            [divergence.kld_mean, divergence.kld_error, divergence.kld_median, divergence.kld_99, divergence.kld_max]
                .map(nats);
        text += &format!("{name}: perplexity {:.4} +- {:.4}, ", base.perplexity, base.error);
        text += &format!("ratio {:.6}\n", perplexity / base.perplexity);
        text += &format!("KLD mean {mean} +- {error}, median {median}, 99 % {most}, max {max}\n");
        let change = divergence.probability_change * 100.0;
        text += &format!("probability of the token that came: changed by {change:.4} % (root mean square)\n");
        text += &format!("same token on top {:.3} %\n", divergence.same_top * 100.0);
    }
    if let Some(Noise { windows, backends: [ours, other], divergence }) = &measured.noise {
        let floor = nats(divergence.kld_mean);
        text += &format!("noise floor: KLD mean {floor}, the model from itself with sums in another order ");
        text += &format!("({ours} and {other}, {windows} windows)\n");
    }
    text
}

fn nats(kld: f64) -> String {
    if kld.abs() < 1e-3 { format!("{kld:.2e}") } else { format!("{kld:.5}") }
}

fn document(
    model: &Path,
    text: &Path,
    base: Option<&Path>,
    args: &Args,
    windows: &Windows,
    measured: &Measured,
) -> Result<serde_json::Value, Failure> {
    let base = match (base, &measured.base) {
        (Some(path), Some((perplexity, divergence))) => json!({
            "file": path.to_string_lossy(), "sha256": digest(path)?, "perplexity": perplexity, "divergence": divergence,
        }),
        (None, Some((perplexity, divergence))) => json!({
            "implementation": args.against, "perplexity": perplexity, "divergence": divergence,
        }),
        _ => serde_json::Value::Null,
    };
    Ok(json!({
        "protocol": PROTOCOL,
        "context": args.ctx,
        "windows": windows.count(),
        "tokens_sha256": windows.tokens_sha256(),
        "model": { "file": model.to_string_lossy(), "sha256": digest(model)? },
        "text": { "file": text.to_string_lossy(), "sha256": digest(text)? },
        "perplexity": measured.model,
        "base": base,
        "noise": measured.noise,
    }))
}

fn digest(path: &Path) -> Result<String, Failure> {
    sha256(path).map_err(|error| Failure::environment(format!("{}: {error}", shown_path(path))))
}
