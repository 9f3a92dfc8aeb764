//! L3: shapes, and the check of products that other classes share.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, MatmulShape, Operation};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::operations;
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};
use crate::product;
use crate::{blocks, compare};

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    rows: usize,
    blocks: usize,
    long: Vec<usize>,
    batch: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/sizes.toml"));
    let Parameters { rows, blocks, long, batch } = &suite.parameters;
    let shape = |rows, cols, batch| MatmulShape { rows, cols, batch };
    let whole = |cols: usize| cols.next_multiple_of(format.spec().block_len);
    let few = cols(format, 2);
    let mut all = Vec::new();
    for operation in products(format) {
        let mut add = |variant: &str, shapes: Vec<MatmulShape>| {
            all.push(suite.case(level(operation), format, operation, variant, move |subject| {
                check(format, operation, &shapes, subject)
            }));
        };
        let batches = if operation == Operation::Matmul { 3 } else { 1 };
        add("blocks", (1..=*blocks).map(|n| shape(3, cols(format, n), batches)).collect());
        add("long", long.iter().map(|&cols| shape(2, whole(cols), batches)).collect());
        if operation != Operation::Dot {
            add("rows", (1..=*rows).map(|rows| shape(rows, few, batches)).collect());
        }
        if operation == Operation::Matmul {
            add("batch", (1..=*batch).map(|batch| shape(5, few, batch)).collect());
        }
        if format.spec().block_len == 1 {
            add("cols", (1..=*rows).map(|cols| shape(3, cols, batches)).collect());
        }
    }
    all
}

/// The format's products.
pub fn products(format: Format) -> impl Iterator<Item = Operation> {
    operations(format).filter(|operation| matches!(operation, Operation::Dot | Operation::Matvec | Operation::Matmul))
}

fn check(
    format: Format,
    operation: Operation,
    shapes: &[MatmulShape],
    subject: &dyn Implementation,
) -> Result<Verdict, Refusal> {
    let partner = format.spec().activation.expect("products only");
    let mut random = Random::named(0, &["sizes", format.name()]);
    for shape in shapes {
        let rows_of = |format: Format, rows: usize, random: &mut Random| {
            blocks::ordinary(format, rows * shape.cols / format.spec().block_len, random)
        };
        let weights = rows_of(format, shape.rows, &mut random);
        let activations = rows_of(partner, shape.batch, &mut random);
        let verdict = multiply(subject, format, operation, *shape, &weights, &activations)?;
        if verdict != Verdict::Pass {
            return Ok(verdict);
        }
    }
    Ok(Verdict::Pass)
}

/// Multiplies every row with every activation (quantized as the format's own) by one operation, and checks each output against the exact value and,
/// where the subject promises it, against its own dot.
pub fn multiply(
    subject: &dyn Implementation,
    format: Format,
    operation: Operation,
    shape: MatmulShape,
    weights: &[u8],
    activations: &[u8],
) -> Result<Verdict, Refusal> {
    let at = format!("{} rows of {} x batch {}", shape.rows, shape.cols, shape.batch);
    let partner = subject.activation(format).expect("products only");
    let activations = &*product::activations(subject, format, activations)?;
    let truths = product::truths(format, partner, shape, weights, activations)?;
    let mut got = vec![f32::NAN; shape.rows * shape.batch];
    run(subject, format, operation, shape, weights, activations, &mut got)?;
    if let Some(finding) = product::check(subject, format, shape, weights, activations, &truths, &got) {
        return Ok(Verdict::of(Some(finding.at(at))));
    }
    if operation != Operation::Dot && subject.repeats_dot() && subject.supports(format, Operation::Dot) {
        let mut dots = vec![f32::NAN; got.len()];
        run(subject, format, Operation::Dot, shape, weights, activations, &mut dots)?;
        let finding = compare::outputs(format, shape.rows, weights, &dots, &got);
        return Ok(Verdict::of(
            finding.map(|finding| finding.at(format!("{at}; compared with the subject's own dot"))),
        ));
    }
    Ok(Verdict::Pass)
}

fn run(
    subject: &dyn Implementation,
    format: Format,
    operation: Operation,
    shape: MatmulShape,
    weights: &[u8],
    activations: &[u8],
    out: &mut [f32],
) -> Result<(), Refusal> {
    if operation == Operation::Matmul {
        return subject.matmul(format, shape, weights, activations, out);
    }
    let activations = activations.chunks_exact(activations.len() / shape.batch);
    for (out, activation) in out.chunks_exact_mut(shape.rows).zip(activations) {
        if operation == Operation::Matvec {
            subject.matvec(format, shape.cols, weights, activation, out)?;
            continue;
        }
        for (out, row) in out.iter_mut().zip(weights.chunks_exact(weights.len() / shape.rows)) {
            *out = subject.dot(format, shape.cols, row, activation)?;
        }
    }
    Ok(())
}
