//! Writing a model with its weight matrices in other formats.

use std::io::{self, Write};
use std::path::Path;

use fancy_regex::Regex;
use quantmark_containers::gguf::{GgufError, GgufFile, GgufWriter, Source, Tensor, TensorInfo, Value};
use quantmark_files::shown::shown;
use quantmark_kernels::{Available, Format, Importance, Kernels, Operation, ggml, strongest};
use rayon::prelude::*;

use super::eligible::is_weight_matrix;
use super::file_type::{FILE_TYPE_KEY, FileType};
use super::importance::ImportanceMatrix;
use super::non_finite::non_finite;
use super::recipe::{Recipe, is_embedding_or_output, order};

/// Weights that are decoded and quantized at a time; bounds the memory beside the mapped input.
const WEIGHTS_AT_A_TIME: usize = 1 << 22;

/// Rows a parallel task takes at least this many weights of.
const WEIGHTS_A_TASK: usize = 1 << 14;

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The mixture, and the label of the file.
    pub file_type: &'a FileType,
    /// Whether every matrix gets the main format of the mixture instead.
    pub pure: bool,
    /// Formats of matrices by their names; the first that matches counts.
    pub tensor_types: &'a [(Regex, Format)],
    /// The output's format, whatever the mixture says.
    pub output_type: Option<Format>,
    /// The token embedding's format, whatever the mixture says.
    pub embedding_type: Option<Format>,
    /// Importance of columns.
    pub importance: Option<&'a ImportanceMatrix>,
    /// Whether quantized tensors may be decoded and quantized again.
    pub allow_requantize: bool,
    /// The strongest backend that quantizes; every one gives the same bytes.
    pub tier: Available,
}

/// What becomes of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The tensor's format after; `None` where it is copied.
    pub to: Option<Format>,
    /// Whether the format is not the one meant for it, because rows are no whole number of its blocks.
    pub fell_back: bool,
}

/// Plans what becomes of each tensor, in the order of the file.
///
/// # Errors
/// A tensor that cannot be done as asked, by name.
pub fn plan(file: &GgufFile, request: &Request<'_>) -> Result<Vec<Step>, String> {
    let mut recipe = Recipe::new(file, request.file_type, request.importance.is_some());
    let mut steps = vec![Step { to: None, fell_back: false }; file.tensors().len()];
    for index in order(file.tensors()) {
        let info = &file.tensors()[index];
        if is_weight_matrix(info) {
            let meant = meant(info, request, &mut recipe);
            let planned = step(info, request, meant);
            steps[index] = planned.map_err(|why| format!("tensor {}: {why}", shown(&info.name)))?;
        }
    }
    Ok(steps)
}

/// The format that a matrix is to have, whatever the length of its rows.
fn meant(info: &TensorInfo, request: &Request<'_>, recipe: &mut Recipe<'_>) -> Format {
    let main = request.file_type.main;
    let named = match info.name.as_str() {
        "token_embd.weight" => request.embedding_type,
        "output.weight" => request.output_type,
        _ => None,
    };
    if let Some(format) = named {
        return format;
    }
    if main.spec().block_len == 1 {
        return main;
    }
    let by_name = request.tensor_types.iter().find(|(pattern, _)| pattern.is_match(&info.name).unwrap_or(false));
    match by_name {
        Some(&(_, format)) => format,
        None if request.pure => main,
        None => recipe.format(info),
    }
}

fn step(info: &TensorInfo, request: &Request<'_>, meant: Format) -> Result<Step, String> {
    let keep = Step { to: None, fell_back: false };
    let to = format_for(meant, info.cols());
    if info.format() == Some(to) {
        return Ok(keep);
    }
    match info.format() {
        None => return Err(format!("type {} is no format of weights", info.type_name())),
        Some(from) if from.spec().block_len > 1 && !request.allow_requantize => {
            return Err(format!("it is quantized already ({from}); --allow-requantize decodes and quantizes it again"));
        }
        Some(_) => {}
    }
    let importance = request.importance.and_then(|matrix| matrix.get(&info.name));
    match importance {
        None if needs_importance(info, to, request) => Err(match request.importance {
            None => format!("{to} needs importance; --importance FILE gives it"),
            Some(_) => format!("{to} needs importance, and the importance file has none for it"),
        }),
        Some(columns) if columns.len() as u64 != info.cols() * experts(info) => {
            let (found, expected) = (columns.len(), info.cols() * experts(info));
            Err(format!("importance of {found} columns, expected {expected}"))
        }
        _ => Ok(Step { to: Some(to), fell_back: to != meant }),
    }
}

/// Whether a matrix cannot be quantized without importance, or comes out useless.
fn needs_importance(info: &TensorInfo, to: Format, request: &Request<'_>) -> bool {
    let useless = to == Format::IQ3_XXS
        || matches!(to, Format::IQ1_M | Format::IQ2_S)
        || to == Format::Q2_K && request.file_type.name == "Q2_K_S";
    to.spec().importance == Importance::Required || useless && !is_embedding_or_output(&info.name)
}

/// Matrices stacked in a tensor, each with importance of its own.
fn experts(info: &TensorInfo) -> u64 {
    info.shape.iter().skip(2).product()
}

/// The format itself, or what `llama-quantize` takes for rows that are no whole number of its blocks.
pub fn format_for(asked: Format, cols: u64) -> Format {
    let fits = |format: Format| cols.is_multiple_of(format.spec().block_len as u64);
    if fits(asked) {
        return asked;
    }
    let instead = match asked {
        Format::IQ1_S
        | Format::IQ1_M
        | Format::IQ2_XXS
        | Format::IQ2_XS
        | Format::IQ2_S
        | Format::IQ3_XXS
        | Format::IQ3_S
        | Format::IQ4_XS => Format::IQ4_NL,
        Format::Q2_0 | Format::Q2_K | Format::Q3_K | Format::TQ1_0 | Format::TQ2_0 => Format::Q4_0,
        Format::Q4_K => Format::Q5_0,
        Format::Q5_K => Format::Q5_1,
        Format::Q6_K => Format::Q8_0,
        _ => Format::F16,
    };
    if fits(instead) { instead } else { Format::F16 }
}

/// Writes the model; `progress` hears of weights as they are done, with the tensor's name. The file appears whole.
///
/// # Errors
/// A weight is no number, or the file cannot be written.
pub fn write(
    file: &GgufFile,
    steps: &[Step],
    request: &Request<'_>,
    path: &Path,
    progress: &(dyn Fn(u64, &str) + Sync),
) -> Result<(), WriteError> {
    let mut out = GgufWriter::new();
    for (key, value) in file.metadata().iter().filter(|(key, _)| !LABELS.contains(&key.as_str())) {
        out.metadata(key.clone(), value.clone());
    }
    out.metadata(FILE_TYPE_KEY, Value::U32(request.file_type.id));
    out.metadata(LABELS[1], Value::U32(QUANTIZATION_VERSION));
    for (tensor, step) in file.iter().zip(steps) {
        let info = tensor.info();
        match step.to {
            None => {
                // What is copied is not decoded on the way.
                if let Some(why) = non_finite(tensor, request.tier) {
                    return Err(WriteError::Weights(why));
                }
                progress(info.elements(), &info.name);
                out.tensor(info.name.clone(), &info.shape, info.type_id, tensor.data());
            }
            Some(to) => {
                let importance = request.importance.and_then(|matrix| matrix.get(&info.name));
                let tier = request.tier;
                let make = move |sink: &mut dyn Write| convert(tensor, to, importance, tier, sink, progress);
                out.tensor(info.name.clone(), &info.shape, ggml::type_id(to), Source::Stream(Box::new(make)));
            }
        }
    }
    out.write(path).map_err(|error| match error {
        GgufError::Io { source, .. } if source.kind() == io::ErrorKind::InvalidData => {
            WriteError::Weights(source.to_string())
        }
        error => WriteError::Output(error),
    })
}

/// Why a model was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The input's weights cannot be quantized; where, and why.
    Weights(String),
    /// The output cannot be written.
    Output(GgufError),
}

/// Keys that say how the weights are stored.
const LABELS: [&str; 2] = [FILE_TYPE_KEY, "general.quantization_version"];

/// The version of the layouts of quantized blocks; ggml's `GGML_QNT_VERSION`.
const QUANTIZATION_VERSION: u32 = 2;

fn convert(
    tensor: Tensor<'_>,
    to: Format,
    importance: Option<&[f32]>,
    tier: Available,
    sink: &mut dyn Write,
    progress: &(dyn Fn(u64, &str) + Sync),
) -> io::Result<()> {
    let info = tensor.info();
    let refuse =
        |why: String| io::Error::new(io::ErrorKind::InvalidData, format!("tensor {}: {why}", shown(&info.name)));
    let from = info.format().ok_or_else(|| refuse("no format of weights".to_owned()))?;
    let weighted = importance.filter(|_| to.spec().importance != Importance::Ignored);
    let operation = if weighted.is_some() { Operation::QuantizeWeighted } else { Operation::Quantize };
    let (decode, encode) = (having(from, tier, Operation::Dequantize), having(to, tier, operation));
    let cols = usize::try_from(info.cols()).map_err(|_| refuse("a row does not fit memory".to_owned()))?;
    let (row_from, row_to) = (row_bytes(from, cols), row_bytes(to, cols));
    let rows_an_expert = usize::try_from(info.shape.get(1).copied().unwrap_or(1)).unwrap_or(usize::MAX);
    let rows_at_a_time = (WEIGHTS_AT_A_TIME / cols).max(1);
    let rows_a_task = WEIGHTS_A_TASK.div_ceil(cols);

    let mut blocks = vec![0; rows_at_a_time * row_to];
    for (slab, source) in tensor.data().chunks(rows_at_a_time * row_from).enumerate() {
        let blocks = &mut blocks[..source.len() / row_from * row_to];
        let tasks = blocks.par_chunks_mut(rows_a_task * row_to).zip(source.par_chunks(rows_a_task * row_from));
        tasks.enumerate().try_for_each(|(task, (blocks, source))| {
            let first = slab * rows_at_a_time + task * rows_a_task;
            let mut row = vec![0.0; cols];
            for (index, (blocks, source)) in blocks.chunks_mut(row_to).zip(source.chunks(row_from)).enumerate() {
                let at = first + index;
                decode.dequantize(source, &mut row).map_err(|error| refuse(error.to_string()))?;
                if let Some(col) = row.iter().position(|weight| !weight.is_finite()) {
                    return Err(refuse(format!("row {at}, column {col} is {}", row[col])));
                }
                let result = match weighted {
                    Some(columns) => {
                        encode.quantize_weighted(&row, &columns[at / rows_an_expert * cols..][..cols], blocks)
                    }
                    None => encode.quantize(&row, blocks),
                };
                result.map_err(|error| refuse(error.to_string()))?;
            }
            Ok(())
        })?;
        sink.write_all(blocks)?;
        progress((source.len() / row_from * cols) as u64, &info.name);
    }
    Ok(())
}

fn having(format: Format, tier: Available, operation: Operation) -> Kernels {
    strongest(format, tier, operation).expect("the scalar backend has what the plan asks for")
}

fn row_bytes(format: Format, cols: usize) -> usize {
    format.row_bytes(cols).expect("rows are whole blocks: the reader or the plan saw to it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_do_not_fit_get_what_llama_quantize_takes() {
        assert_eq!(format_for(Format::Q4_K, 512), Format::Q4_K);
        assert_eq!(format_for(Format::Q4_K, 96), Format::Q5_0);
        assert_eq!(format_for(Format::IQ2_XXS, 896), Format::IQ4_NL);
        assert_eq!(format_for(Format::Q6_K, 100), Format::F16);
        assert_eq!(format_for(Format::Q8_0, 100), Format::F16);
        assert_eq!(format_for(Format::F32, 3), Format::F32);
    }
}
