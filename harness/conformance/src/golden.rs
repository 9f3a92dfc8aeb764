//! Cases from reference files: what another implementation answered.

use std::sync::Arc;
use std::time::Duration;

use bytemuck::cast_slice;
use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, Importance, MatmulShape, Operation};
use quantmark_record::schema::Level;
use quantmark_reference::file;

use super::case::{Case, Verdict};
use super::{compare, product};

/// Activations of the golden matmul: the file holds one, so it is taken twice.
const BATCH: usize = 2;

/// Every question that a reference case allows to be asked; a case that allows none becomes an error.
pub fn cases(format: Format, prefix: &str, case: Arc<file::Case>, limit: Duration) -> Vec<Case> {
    let mut asked = Vec::new();
    let name = format!("{prefix}.{}", case.name);
    let mut ask = |level, operation, name: &str, kernel: Format, check: Question| {
        let data = Arc::clone(&case);
        let mut new = Case::new(level, format, operation, name, limit, move |subject| check(format, &data, subject));
        new.kernel = kernel;
        new.hunts.clone_from(&case.hunts);
        asked.push(new);
    };
    if case.quantized.is_some() {
        ask(Level::L0, Operation::Dequantize, &name, format, layout);
    }
    if case.quantized.is_some() && case.dequantized.is_some() {
        ask(Level::L1, Operation::Dequantize, &name, format, dequantize);
    }
    if case.source.is_some() && case.quantized.is_some() {
        ask(Level::L2, quantize_operation(format, &case), &name, format, quantize);
    }
    if let (Some(partner), Some(_), Some(_)) = (format.spec().activation, &case.activation, &case.activation_quantized)
    {
        ask(Level::L2, Operation::Quantize, &format!("{name}.activation"), partner, quantize_activation);
    }
    if format.spec().activation.is_some() && case.quantized.is_some() && case.activation_quantized.is_some() {
        for operation in [Operation::Dot, Operation::Matvec, Operation::Matmul] {
            let check = match operation {
                Operation::Dot => dot,
                Operation::Matvec => matvec,
                _ => matmul,
            };
            ask(Level::L3, operation, &name, format, check);
        }
    }
    if asked.is_empty() {
        let reason = "the case has no tensors to compare: neither decoded weights, nor a source with its blocks, nor an \
                      activation with its blocks";
        let empty = move |_: &dyn Implementation| Ok(Verdict::Invalid(reason.to_owned()));
        asked.push(Case::new(Level::L0, format, Operation::Dequantize, name, limit, empty));
    }
    asked
}

type Question = fn(Format, &file::Case, &dyn Implementation) -> Result<Verdict, Refusal>;

/// Importance counts only where the format's quantizer looks at it.
fn quantize_operation(format: Format, case: &file::Case) -> Operation {
    let used = case.importance.is_some() && format.spec().importance != Importance::Ignored;
    if used { Operation::QuantizeWeighted } else { Operation::Quantize }
}

/// A tensor whose presence was checked when the case was built.
fn present<T>(tensor: &Option<Vec<T>>) -> &[T] {
    tensor.as_deref().expect("asked only where the tensor is there")
}

fn layout(format: Format, case: &file::Case, _: &dyn Implementation) -> Result<Verdict, Refusal> {
    let Some(row) = format.row_bytes(case.cols) else {
        let len = format.spec().block_len;
        return Ok(Verdict::Invalid(format!("rows of {} are not a whole number of blocks of {len}", case.cols)));
    };
    let weights = Some(case.rows * case.cols);
    let lengths = [
        ("quantized", case.quantized.as_ref().map(Vec::len), Some(case.rows * row)),
        ("source", case.source.as_ref().map(Vec::len), weights),
        ("dequantized", case.dequantized.as_ref().map(Vec::len), weights),
        ("importance", case.importance.as_ref().map(Vec::len), Some(case.cols)),
        ("activation", case.activation.as_ref().map(Vec::len), Some(case.cols)),
        (
            "activation_quantized",
            case.activation_quantized.as_ref().map(Vec::len),
            format.spec().activation.and_then(|partner| partner.row_bytes(case.cols)),
        ),
        ("dot", case.dot.as_ref().map(Vec::len), Some(case.rows)),
    ];
    for (tensor, got, expected) in lengths {
        if let Some(got) = got
            && Some(got) != expected
        {
            return Ok(Verdict::Invalid(match expected {
                Some(expected) => format!("{tensor} has length {got}, {expected} expected from the shape"),
                None => format!("{tensor} is there, but {format} has no activation format"),
            }));
        }
    }
    Ok(Verdict::Pass)
}

/// Runs a question only on tensors whose lengths belong together.
fn sound(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Option<Verdict>, Refusal> {
    Ok(match layout(format, case, subject)? {
        Verdict::Pass => None,
        invalid => Some(invalid),
    })
}

fn dequantize(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    if let Some(invalid) = sound(format, case, subject)? {
        return Ok(invalid);
    }
    let (blocks, expected) = (present(&case.quantized), present(&case.dequantized));
    let mut got = vec![f32::NAN; expected.len()];
    subject.dequantize(format, blocks, &mut got)?;
    Ok(Verdict::of(compare::decoded(format, blocks, expected, &got)))
}

fn quantize(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    if let Some(invalid) = sound(format, case, subject)? {
        return Ok(invalid);
    }
    let (source, expected) = (present(&case.source), present(&case.quantized));
    if case.importance.is_none() && format.spec().importance == Importance::Required {
        return Ok(Verdict::Invalid(format!("{format} cannot be quantized without importance, and the case has none")));
    }
    let weighted = quantize_operation(format, case) == Operation::QuantizeWeighted;
    let mut got: Vec<u8> = expected.iter().map(|byte| !byte).collect();
    let row = expected.len() / case.rows;
    for (source, blocks) in source.chunks_exact(case.cols).zip(got.chunks_exact_mut(row)) {
        match &case.importance {
            Some(importance) if weighted => subject.quantize_weighted(format, source, importance, blocks)?,
            _ => subject.quantize(format, source, blocks)?,
        }
    }
    Ok(Verdict::of(compare::bytes(format, expected, &got)))
}

fn quantize_activation(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let partner = format.spec().activation.expect("asked only where there is one");
    let (source, expected) = (present(&case.activation), present(&case.activation_quantized));
    if partner.row_bytes(source.len()) != Some(expected.len()) {
        return Ok(Verdict::Invalid(format!(
            "activation has {} numbers, activation_quantized {} bytes: not of one row of {partner}",
            source.len(),
            expected.len()
        )));
    }
    let mut got: Vec<u8> = expected.iter().map(|byte| !byte).collect();
    subject.quantize(partner, source, &mut got)?;
    Ok(Verdict::of(compare::bytes(partner, expected, &got)))
}

fn dot(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    compare_product(format, case, subject, 1, |weights, activation, out| {
        for (out, row) in out.iter_mut().zip(weights.chunks_exact(weights.len() / case.rows)) {
            *out = subject.dot(format, case.cols, row, activation)?;
        }
        Ok(())
    })
}

fn matvec(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    compare_product(format, case, subject, 1, |weights, activation, out| {
        subject.matvec(format, case.cols, weights, activation, out)
    })
}

fn matmul(format: Format, case: &file::Case, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let shape = MatmulShape { rows: case.rows, cols: case.cols, batch: BATCH };
    compare_product(format, case, subject, BATCH, |weights, activations, out| {
        subject.matmul(format, shape, weights, activations, out)
    })
}

fn compare_product(
    format: Format,
    case: &file::Case,
    subject: &dyn Implementation,
    batch: usize,
    run: impl FnOnce(&[u8], &[u8], &mut [f32]) -> Result<(), Refusal>,
) -> Result<Verdict, Refusal> {
    if let Some(invalid) = sound(format, case, subject)? {
        return Ok(invalid);
    }
    let shape = MatmulShape { rows: case.rows, cols: case.cols, batch };
    let weights = present(&case.quantized);
    let own = format.spec().activation.expect("asked only where there is one");
    let quantized = present(&case.activation_quantized);
    let told = product::truths(format, own, MatmulShape { batch: 1, ..shape }, weights, quantized)?;
    for (row, dot) in case.dot.iter().flatten().enumerate() {
        if !told[row].admits(*dot) {
            return Ok(Verdict::Invalid(format!(
                "the file contradicts itself: its dot of row {row} is {}, expected {}",
                compare::show(*dot),
                told[row].expected()
            )));
        }
    }
    let partner = subject.activation(format).expect("asked only where there is one");
    let activations = match &case.activation {
        // The numbers themselves, where the subject takes numbers.
        Some(numbers) if partner != own => cast_slice(numbers).repeat(batch),
        _ => product::activations(subject, format, quantized)?.repeat(batch),
    };
    let truths = product::truths(format, partner, shape, weights, &activations)?;
    let mut got = vec![f32::NAN; shape.rows * batch];
    run(weights, &activations, &mut got)?;
    Ok(Verdict::of(product::check(subject, format, shape, weights, &activations, &truths, &got)))
}
