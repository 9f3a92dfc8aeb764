//! `inspect`: what a GGUF file holds.

use std::path::PathBuf;

use quantmark_cli::output::print;
use quantmark_containers::gguf::{Array, GgufFile, Value};
use quantmark_files::shown::{shown_path, shown_text};
use quantmark_model::store::resolve;
use quantmark_model::summary::{Claim, Summary};
use serde_json::{Map, json};

use super::{Exit, Failure};

/// Characters of a value that are shown.
const VALUE_SHOWN: usize = 60;

/// Items of an array that are shown.
const ITEMS_SHOWN: usize = 4;

/// Arguments of `inspect`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A GGUF file, a fetched model's name, or ollama:NAME[:TAG]
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Lists every tensor
    #[arg(long)]
    pub tensors: bool,
    /// Prints one JSON document: everything, long arrays by their length
    #[arg(long)]
    pub json: bool,
}

/// Runs `inspect`.
///
/// # Errors
/// The file is no valid GGUF.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let file = GgufFile::open_for_inspection(&resolve(&args.file)?).map_err(Failure::usage)?;
    let summary = Summary::of(&file);
    let text = if args.json { document(&file, &summary) } else { plain(&file, &summary, args.tensors) };
    print(&text)?;
    Ok(Exit::Held)
}

fn plain(file: &GgufFile, summary: &Summary, tensors: bool) -> String {
    let mut text = format!(
        "{}: GGUF {}, {} bytes, {} tensors, {} weights, {:.4} bits per weight\n",
        shown_path(file.path()),
        file.version(),
        file.len(),
        file.tensors().len(),
        summary.weights,
        summary.bits_per_weight
    );
    text += &claims(summary);
    let tied = if summary.tied_embedding { "the embedding is the output too" } else { "an output of its own" };
    text += &format!("{} bytes of weights a token; {tied}\n", summary.bytes_per_token);
    text += &format!("\n{:<10}{:>9}{:>16}{:>16}{:>9}\n", "type", "tensors", "weights", "bytes", "share");
    for share in &summary.types {
        text += &format!(
            "{:<10}{:>9}{:>16}{:>16}{:>8.2}%\n",
            share.name,
            share.tensors,
            share.weights,
            share.bytes,
            share.share * 100.0
        );
    }
    text.push('\n');
    for (key, value) in file.metadata() {
        text += &format!("{} = {}\n", shown_text(key, 80), shown_value(value));
    }
    if tensors {
        text.push('\n');
        for tensor in file.tensors() {
            let shape: Vec<String> = tensor.shape.iter().map(u64::to_string).collect();
            let (name, shape) = (shown_text(&tensor.name, 80), shape.join(" x "));
            text += &format!("{name:<40} {:<8} {shape:>20} {:>14} bytes\n", tensor.type_name(), tensor.bytes);
        }
    }
    text
}

/// What the file and its name claim it to be, against what it is.
fn claims(summary: &Summary) -> String {
    let mut text = match &summary.claim {
        Some(found) => format!("file type {}{}\n", found.id, claim(found, summary)),
        None => "it claims no file type\n".to_owned(),
    };
    match &summary.named {
        Some(named) if summary.claim.as_ref().is_none_or(|claim| claim.id != named.id) => {
            text += &format!("its name says otherwise: file type {}{}\n", named.id, claim(named, summary));
        }
        _ => {}
    }
    text
}

fn claim(claim: &Claim, summary: &Summary) -> String {
    let (Some(name), Some(main)) = (&claim.name, &claim.main) else {
        return ", which llama.cpp v0.5.0 does not have".to_owned();
    };
    let mut text = if claim.held == Some(true) {
        format!(" ({name}): most weights are {main}, as it says")
    } else {
        let most = summary.types.first().map_or("nothing", |share| share.name.as_str());
        format!(" ({name}): NOT what it says: most weights are {most}, expected {main}")
    };
    let Some(audit) = &claim.audit else { return text };
    if audit.fell_back > 0 {
        text += &format!("\n  {} of {} matrices fell back: their rows do not divide", audit.fell_back, audit.matrices);
    }
    match audit.differing.as_slice() {
        [] => text += &format!("\n  all {} matrices as llama-quantize makes them", audit.matrices),
        [first, ..] => {
            let (count, all) = (audit.differing.len(), audit.matrices);
            text += &format!("\n  {count} of {all} matrices other than llama-quantize makes them, the first ");
            text += &format!("{}: {}, expected {}", shown_text(&first.tensor, 80), first.found, first.expected);
        }
    }
    text
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::U8(n) => n.to_string(),
        Value::I8(n) => n.to_string(),
        Value::U16(n) => n.to_string(),
        Value::I16(n) => n.to_string(),
        Value::U32(n) => n.to_string(),
        Value::I32(n) => n.to_string(),
        Value::U64(n) => n.to_string(),
        Value::I64(n) => n.to_string(),
        Value::F32(n) => n.to_string(),
        Value::F64(n) => n.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::String(text) => format!("\"{}\"", shown_text(text, VALUE_SHOWN)),
        Value::Array(array) => {
            let items = items(array, ITEMS_SHOWN).join(", ");
            let more = if array.len() > ITEMS_SHOWN { ", ..." } else { "" };
            format!("[{} x {}: {items}{more}]", array.len(), array.item_type().name())
        }
    }
}

/// The first items of an array.
fn items(array: &Array, most: usize) -> Vec<String> {
    fn first<T: Clone>(items: &[T], most: usize, value: fn(T) -> Value) -> Vec<String> {
        items.iter().take(most).map(|item| shown_value(&value(item.clone()))).collect()
    }
    match array {
        Array::U8(items) => first(items, most, Value::U8),
        Array::I8(items) => first(items, most, Value::I8),
        Array::U16(items) => first(items, most, Value::U16),
        Array::I16(items) => first(items, most, Value::I16),
        Array::U32(items) => first(items, most, Value::U32),
        Array::I32(items) => first(items, most, Value::I32),
        Array::U64(items) => first(items, most, Value::U64),
        Array::I64(items) => first(items, most, Value::I64),
        Array::F32(items) => first(items, most, Value::F32),
        Array::F64(items) => first(items, most, Value::F64),
        Array::Bool(items) => first(items, most, Value::Bool),
        Array::String(items) => first(items, most, Value::String),
        Array::Array(items) => first(items, most, Value::Array),
    }
}

fn document(file: &GgufFile, summary: &Summary) -> String {
    let metadata: Map<String, serde_json::Value> =
        file.metadata().iter().map(|(key, value)| (key.clone(), json_value(value))).collect();
    let tensors: Vec<_> = file
        .tensors()
        .iter()
        .map(|tensor| {
            json!({
                "name": tensor.name, "shape": tensor.shape, "type": tensor.type_name(), "type_id": tensor.type_id,
                "offset": tensor.offset, "bytes": tensor.bytes,
            })
        })
        .collect();
    let document = json!({
        "file": file.path().to_string_lossy(), "version": file.version(), "bytes": file.len(),
        "alignment": file.alignment(), "summary": summary, "metadata": metadata, "tensors": tensors,
    });
    format!("{document:#}\n")
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(truth) => json!(truth),
        Value::String(text) => json!(text),
        Value::Array(array) => json!({ "array_of": array.item_type().name(), "length": array.len() }),
        Value::F32(_) | Value::F64(_) => json!(value.as_f64()),
        Value::I8(n) => json!(n),
        Value::I16(n) => json!(n),
        Value::I32(n) => json!(n),
        Value::I64(n) => json!(n),
        Value::U8(_) | Value::U16(_) | Value::U32(_) | Value::U64(_) => json!(value.as_u64()),
    }
}
