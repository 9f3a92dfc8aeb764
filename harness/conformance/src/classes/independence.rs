//! A block, row or activation changes only what is its own.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, MatmulShape, Operation};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    rounds: usize,
    blocks: usize,
    rows: usize,
    batch: usize,
    row_statistics: Vec<(String, String)>,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/independence.toml"));
    let Parameters { rounds, blocks, rows, batch, row_statistics } = &suite.parameters;
    let rounds = *rounds;
    let shape = MatmulShape { rows: *rows, cols: cols(format, *blocks), batch: *batch };
    let mut all = Vec::new();
    for operation in operations(format) {
        let coupled = row_statistics.iter().any(|(f, o)| f == format.name() && o == operation.name());
        let check: fn(&Call, &mut Random, &dyn Implementation) -> Result<Verdict, Refusal> = match operation {
            // A row by itself has one output.
            Operation::Dot => continue,
            Operation::Quantize | Operation::QuantizeWeighted if coupled => continue,
            Operation::Quantize | Operation::QuantizeWeighted | Operation::Dequantize => blocks_alone,
            Operation::Matvec | Operation::Matmul => parts_replaced,
        };
        all.push(suite.case(level(operation), format, operation, "parts", move |subject| {
            let mut random = Random::named(0, &["independence", format.name()]);
            for _ in 0..rounds {
                let call = Call::random(subject, format, operation, shape, &mut random);
                let verdict = check(&call, &mut random, subject)?;
                if verdict != Verdict::Pass {
                    return Ok(verdict);
                }
            }
            Ok(Verdict::Pass)
        }));
    }
    all
}

/// A row gives what its blocks give one at a time.
fn blocks_alone(call: &Call, _: &mut Random, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let blocks = call.shape.cols / call.format.spec().block_len;
    let mut expected = Vec::new();
    for block in 0..blocks {
        let mut alone = call.clone();
        alone.shape.cols = call.format.spec().block_len;
        for (part, whole) in alone.inputs.iter_mut().zip(&call.inputs) {
            let size = whole.bytes.len() / blocks;
            part.bytes = whole.bytes[block * size..][..size].to_vec();
        }
        expected.extend(alone.output(subject, 0xff)?);
    }
    let finding = call.compare(&expected, &call.output(subject, 0xff)?);
    Ok(Verdict::of(finding.map(|finding| finding.at("a whole row; compared with its blocks one at a time"))))
}

/// Replacing one row of weights or one activation leaves the outputs of the others.
fn parts_replaced(call: &Call, random: &mut Random, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let before = call.output(subject, 0xff)?;
    let other = Call::random(subject, call.format, call.operation, call.shape, random);
    let parts = [("row", call.shape.rows), ("activation", call.shape.batch)];
    for (input, (what, count)) in parts.into_iter().enumerate() {
        for part in 0..count {
            let mut changed = call.clone();
            let size = call.inputs[input].bytes.len() / count;
            let range = part * size..(part + 1) * size;
            changed.inputs[input].bytes[range.clone()].copy_from_slice(&other.inputs[input].bytes[range]);
            let after = changed.output(subject, 0xff)?;
            // The outputs of what was replaced are its own to change.
            let mut expected = before.clone();
            for (index, (old, new)) in expected.chunks_exact_mut(4).zip(after.chunks_exact(4)).enumerate() {
                let owner = if input == 0 { index % call.shape.rows } else { index / call.shape.rows };
                if owner == part {
                    old.copy_from_slice(new);
                }
            }
            if let Some(finding) = call.compare(&expected, &after) {
                return Ok(Verdict::of(Some(finding.at(format!("{what} {part} replaced; compared with before")))));
            }
        }
    }
    Ok(Verdict::Pass)
}
