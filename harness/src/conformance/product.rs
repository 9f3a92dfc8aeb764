//! Checking dot, matvec and matmul against the exact value, and finding the block at fault.

use quantmark_kernels::{Format, MatmulShape};

use super::case::Finding;
use super::compare;
use super::exact::{DotTruth, dot_truth};
use super::subject::{Refusal, Subject};

/// The truth about every output of a product, in the order of `out`.
pub fn truths(
    format: Format,
    shape: MatmulShape,
    weights: &[u8],
    activations: &[u8],
) -> Result<Vec<DotTruth>, Refusal> {
    let (row, activation) = (weights.len() / shape.rows, activations.len() / shape.batch);
    let mut truths = Vec::with_capacity(shape.rows * shape.batch);
    for activation in activations.chunks_exact(activation) {
        for row in weights.chunks_exact(row) {
            truths.push(dot_truth(format, shape.cols, row, activation)?);
        }
    }
    Ok(truths)
}

/// The first output that its truth does not admit.
pub fn check(
    subject: &dyn Subject,
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
fn block_at_fault(subject: &dyn Subject, format: Format, row: &[u8], activation: &[u8]) -> Option<usize> {
    let spec = format.spec();
    let partner = spec.activation?;
    let activation = activation.chunks_exact(partner.row_bytes(spec.block_len)?);
    row.chunks_exact(spec.block_bytes).zip(activation).position(|(block, activation)| {
        let truth = dot_truth(format, spec.block_len, block, activation);
        let got = subject.dot(format, spec.block_len, block, activation);
        matches!((truth, got), (Ok(truth), Ok(got)) if !truth.admits(got))
    })
}
