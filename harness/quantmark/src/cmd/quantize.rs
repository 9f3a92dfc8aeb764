//! `quantize`: a model in another format.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use fancy_regex::Regex;
use quantmark_cli::select::tier;
use quantmark_containers::gguf::GgufFile;
use quantmark_files::shown::shown_path;
use quantmark_kernels::Format;
use quantmark_model::file_type::{FILE_TYPES, FileType};
use quantmark_model::importance::ImportanceMatrix;
use quantmark_model::quantize;
use quantmark_model::quantize::{Request, WriteError};
use quantmark_model::store::resolve;

use super::{Exit, Failure};
use crate::progress::Progress;

/// Arguments of `quantize`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The model: a GGUF file, a fetched model's name, or ollama:NAME[:TAG]
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// The file to write; it appears whole, in place of one that may be there
    #[arg(value_name = "OUT")]
    pub output: PathBuf,
    /// Type, as llama-quantize names it: Q4_0, Q4_K_M, IQ2_XS ..
    #[arg(value_name = "TYPE")]
    pub file_type: String,
    /// Every weight matrix in the type's main format, instead of the type's mixture
    #[arg(long)]
    pub pure: bool,
    /// Format of the matrices whose names match, instead of what the mixture says; several times
    #[arg(long, value_name = "REGEX=FORMAT")]
    pub tensor_type: Vec<String>,
    /// Format of output.weight, instead of what the mixture says
    #[arg(long, value_name = "FORMAT")]
    pub output_tensor_type: Option<String>,
    /// Format of token_embd.weight, instead of what the mixture says
    #[arg(long, value_name = "FORMAT")]
    pub token_embedding_type: Option<String>,
    /// Importance of columns: a GGUF file as llama-imatrix writes it
    #[arg(long, value_name = "FILE")]
    pub importance: Option<PathBuf>,
    /// Decodes tensors that are quantized already and quantizes them again
    #[arg(long)]
    pub allow_requantize: bool,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
}

/// Runs `quantize`.
///
/// # Errors
/// The arguments or the files do not allow it, or the output cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let file_type = FileType::from_name(&args.file_type).ok_or_else(|| {
        let known: Vec<&str> = FILE_TYPES.iter().map(|file_type| file_type.name).collect();
        Failure::usage(format!("no type {:?}; expected one of {}", args.file_type, known.join(" ")))
    })?;
    let tensor_types = args.tensor_type.iter().map(|text| tensor_type(text)).collect::<Result<Vec<_>, _>>()?;
    let output_type = args.output_tensor_type.as_deref().map(weight_format).transpose()?;
    let embedding_type = args.token_embedding_type.as_deref().map(weight_format).transpose()?;
    let input = resolve(&args.input)?;
    if same_file(&input, &args.output) {
        return Err(Failure::usage(format!("{}: is the input itself", shown_path(&args.output))));
    }
    let importance = args.importance.as_deref().map(ImportanceMatrix::read).transpose().map_err(Failure::usage)?;
    let file = GgufFile::open(&input).map_err(Failure::usage)?;
    let request = Request {
        file_type,
        pure: args.pure,
        tensor_types: &tensor_types,
        output_type,
        embedding_type,
        importance: importance.as_ref(),
        allow_requantize: args.allow_requantize,
        tier: tier()?,
    };
    let in_input = |message: String| Failure::usage(format!("{}: {message}", shown_path(&input)));
    let steps = quantize::plan(&file, &request).map_err(in_input)?;

    let weights = file.tensors().iter().map(|tensor| tensor.elements()).sum();
    let progress = Progress::new(false).step("weights", weights);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.map_or(0, NonZeroUsize::get)).build();
    let pool = pool.map_err(Failure::environment)?;
    pool.install(|| {
        quantize::write(&file, &steps, &request, &args.output, &|count, tensor| progress.advance_by(count, tensor))
    })
    .map_err(|error| match error {
        WriteError::Weights(message) => in_input(message),
        WriteError::Output(error) => Failure::environment(error),
    })?;
    let count = |pick: fn(&quantize::Step) -> bool| steps.iter().filter(|step| pick(step)).count();
    let bytes = fs::metadata(&args.output).map_or(0, |metadata| metadata.len());
    progress.finish(&format!(
        "{} tensors quantized, {} of them in another format than meant for their row length, {} copied; {} -> {bytes} \
         bytes",
        count(|step| step.to.is_some()),
        count(|step| step.fell_back),
        count(|step| step.to.is_none()),
        file.len(),
    ));
    Ok(Exit::Held)
}

/// `REGEX=FORMAT`; the pattern may hold equals signs itself.
fn tensor_type(text: &str) -> Result<(Regex, Format), Failure> {
    let (pattern, format) = text
        .rsplit_once('=')
        .ok_or_else(|| Failure::usage(format!("--tensor-type {text:?}: expected REGEX=FORMAT")))?;
    let regex = Regex::new(pattern).map_err(|error| Failure::usage(format!("--tensor-type {text:?}: {error}")))?;
    Ok((regex, weight_format(format)?))
}

/// A format that weights can be stored and multiplied in.
fn weight_format(name: &str) -> Result<Format, Failure> {
    let formats = || Format::ALL.iter().copied().filter(|format| format.spec().activation.is_some());
    formats().find(|format| format.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
        let known: Vec<&str> = formats().map(Format::name).collect();
        Failure::usage(format!("no format {name:?}; expected one of {}", known.join(" ")))
    })
}

/// Whether two names are one file. A file that is not there yet is no other.
fn same_file(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
