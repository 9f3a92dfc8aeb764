//! Checking dot, matvec and matmul against the exact value, and finding the block at fault.

use std::borrow::Cow;

use bytemuck::cast_slice;
use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Backend, Format, MatmulShape, Operation, kernels};

use super::case::Finding;
use super::compare;
use super::exact::{DotTruth, dot_truth};

/// Activations, quantized as the CPU's kernels take them, as a subject takes them: decoded where it wants f32 numbers.
pub fn activations<'a>(
    subject: &dyn Implementation,
    format: Format,
    quantized: &'a [u8],
) -> Result<Cow<'a, [u8]>, Refusal> {
    let spec = format.spec();
    let Some(own) = spec.activation.filter(|_| subject.activation(format) != spec.activation) else {
        return Ok(Cow::Borrowed(quantized));
    };
    let scalar = Backend::Scalar.detect().expect("every machine has it");
    let own_kernels = kernels(own, scalar).expect("scalar has every format");
    let mut numbers = vec![0.0f32; quantized.len() / own.spec().block_bytes * own.spec().block_len];
    own_kernels.dequantize(quantized, &mut numbers)?;
    Ok(Cow::Owned(cast_slice(&numbers).to_vec()))
}

/// The truth about every output of a product with activations of format `partner`, in the order of `out`.
pub fn truths(
    format: Format,
    partner: Format,
    shape: MatmulShape,
    weights: &[u8],
    activations: &[u8],
) -> Result<Vec<DotTruth>, Refusal> {
    let (row, activation) = (weights.len() / shape.rows, activations.len() / shape.batch);
    let mut truths = Vec::with_capacity(shape.rows * shape.batch);
    for activation in activations.chunks_exact(activation) {
        for row in weights.chunks_exact(row) {
            truths.push(dot_truth(format, partner, shape.cols, row, activation)?);
        }
    }
    Ok(truths)
}

/// The first output that its truth does not admit.
pub fn check(
    subject: &dyn Implementation,
    format: Format,
    shape: MatmulShape,
    weights: &[u8],
    activations: &[u8],
    truths: &[DotTruth],
    got: &[f32],
) -> Option<Finding> {
    let wrong = |&at: &usize| !truths[at].admits(got[at]);
    let element = (0..got.len()).find(wrong)?;
    let truth = &truths[element];
    let row_bytes = weights.len() / shape.rows;
    let activation_bytes = activations.len() / shape.batch;
    let row = &weights[element % shape.rows * row_bytes..][..row_bytes];
    let activation = &activations[element / shape.rows * activation_bytes..][..activation_bytes];
    let size = format.spec().block_bytes;
    let within = block_at_fault(subject, format, row, activation).unwrap_or(0);
    Some(Finding {
        at: None,
        element,
        wrong: (0..got.len()).filter(wrong).count(),
        total: got.len(),
        block: element % shape.rows * (row_bytes / size) + within,
        block_format: format,
        block_bytes: row[within * size..][..size].to_vec(),
        expected: truth.expected(),
        got: compare::show(got[element]),
        ulp: compare::ulp_distance(truth.value as f32, got[element]),
        bound: Some(truth.derivation()),
    })
}

/// The first block whose own product, taken alone, is already wrong; none where only the whole row is.
fn block_at_fault(subject: &dyn Implementation, format: Format, row: &[u8], activation: &[u8]) -> Option<usize> {
    let spec = format.spec();
    let partner = subject.activation(format)?;
    let activation = activation.chunks_exact(partner.row_bytes(spec.block_len)?);
    row.chunks_exact(spec.block_bytes).zip(activation).position(|(block, activation)| {
        let truth = dot_truth(format, partner, spec.block_len, block, activation);
        let got = if subject.supports(format, Operation::Dot) {
            subject.dot(format, spec.block_len, block, activation)
        } else {
            let mut got = [f32::NAN];
            subject.matvec(format, spec.block_len, block, activation, &mut got).map(|()| got[0])
        };
        matches!((truth, got), (Ok(truth), Ok(got)) if !truth.admits(got))
    })
}
