//! What is asked of a model before it reads a text.

use std::path::Path;

use quantmark_containers::gguf::GgufFile;
use quantmark_files::shown::shown_path;
use quantmark_kernels::Available;
use quantmark_model::network::Model;
use quantmark_model::non_finite::first_non_finite;
use quantmark_model::tokenizer::Tokenizer;

use super::Failure;

/// A model's tokenizer and network, from a file whose vocabulary is that of its embedding and whose weights are numbers.
///
/// # Errors
/// It is none that can be run, in one line that names the file.
pub fn open<'f>(path: &Path, file: &'f GgufFile, tier: Available) -> Result<(Tokenizer, Model<'f>), Failure> {
    let tokenizer = Tokenizer::read(file).map_err(Failure::usage)?;
    let model = Model::read(file, tier).map_err(Failure::usage)?;
    let refuse = |why: String| Err(Failure::usage(format!("{}: {why}", shown_path(path))));
    let (tokens, rows) = (tokenizer.vocabulary().len(), model.tokens());
    if tokens != rows {
        return refuse(format!("a vocabulary of {tokens} tokens, but token_embd.weight has {rows} rows"));
    }
    match first_non_finite(file, tier) {
        Some(why) => refuse(why),
        None => Ok((tokenizer, model)),
    }
}
