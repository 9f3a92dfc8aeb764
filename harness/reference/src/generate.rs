//! Asking the libraries: from the suite's cases to reference files in memory.

use quantmark_implementations::llama_cpp::{CpuVariant, Oracle, OracleError};
use quantmark_kernels::{Format, Importance};

use super::file::{Case, ReferenceFile};
use super::generator::cases::{CaseSpec, cases};
use super::generator::importance::ImportanceRow;
use super::generator::random::Random;

/// Who made the reference files, as they say.
pub const PRODUCER: &str = "llama.cpp, libggml";

/// The seed of the committed files.
pub const SEED: u64 = 20_260_921;

/// The libraries that answer: quantizing and decoding by the base, activations and dot products by the plainest CPU
/// build.
pub struct Authority<'a> {
    /// `libggml-base`.
    pub base: &'a Oracle,
    /// The CPU build without SIMD.
    pub cpu: &'a CpuVariant,
    /// Platform of both.
    pub platform: &'a str,
}

/// Asks for every case of a format.
///
/// # Errors
/// The libraries refuse a case that the suite does not list as an exception.
pub fn generate(authority: &Authority<'_>, format: Format, seed: u64) -> Result<ReferenceFile, OracleError> {
    let mut answered = Vec::new();
    for spec in cases() {
        let excepted = spec.except.iter().any(|name| name == format.name());
        // Where importance makes no difference, its cases would only repeat others.
        let pointless = spec.importance.is_some() && format.spec().importance == Importance::Ignored;
        if !excepted && !pointless {
            answered.push(answer(authority, format, &spec, seed)?);
        }
    }
    Ok(ReferenceFile {
        format,
        producer: PRODUCER.to_owned(),
        version: quantmark_implementations::llama_cpp::install::Pins::load().version,
        platform: authority.platform.to_owned(),
        cases: answered,
    })
}

/// Asks for one case; its inputs follow from the seed, the format and the case's name.
///
/// # Errors
/// The libraries refuse it.
pub fn answer(authority: &Authority<'_>, format: Format, spec: &CaseSpec, seed: u64) -> Result<Case, OracleError> {
    let mut random = Random::named(seed, &[format.name(), &spec.name]);
    let source = spec
        .weights
        .map(|weights| (0..spec.rows).flat_map(|_| weights.row(spec.cols, &mut random)).collect::<Vec<f32>>());
    let importance = match (spec.importance, format.spec().importance) {
        (Some(kind), _) => Some(kind.row(spec.cols, &mut random)),
        (None, Importance::Required) if source.is_some() => Some(ImportanceRow::Varied.row(spec.cols, &mut random)),
        _ => None,
    };
    let quantized = match (&source, spec.blocks) {
        (Some(source), _) => authority.base.quantize(format, spec.cols, source, importance.as_deref())?,
        (None, Some(blocks)) => blocks.rows(format, spec.cols, spec.rows, &mut random),
        (None, None) => unreachable!("a case has weights or blocks"),
    };
    let dequantized = match authority.base.dequantize(format, &quantized) {
        Ok(values) => Some(values),
        // Q8_1 is only ever multiplied, never decoded, there.
        Err(OracleError::Unsupported { .. }) => None,
        Err(error) => return Err(error),
    };
    let mut case = Case {
        name: spec.name.clone(),
        hunts: Some(spec.hunts.clone()),
        cols: spec.cols,
        rows: spec.rows,
        source,
        importance,
        quantized: Some(quantized),
        dequantized,
        activation: None,
        activation_quantized: None,
        dot: None,
    };
    if let (Some(distribution), Some(activation_format)) = (spec.activation.distribution(), format.spec().activation) {
        let activation = distribution.row(spec.cols, &mut random);
        let blocks = authority.cpu.quantize_activation(activation_format, &activation)?;
        case.dot = Some(dots(authority, format, &case, &blocks)?);
        case.activation = Some(activation);
        case.activation_quantized = Some(blocks);
    }
    Ok(case)
}

fn dots(authority: &Authority<'_>, format: Format, case: &Case, activation: &[u8]) -> Result<Vec<f32>, OracleError> {
    let dot = authority.cpu.generic_dot(format)?;
    let weights = case.quantized.as_deref().expect("every case has blocks");
    weights.chunks_exact(weights.len() / case.rows).map(|row| dot.call(case.cols, row, activation)).collect()
}
