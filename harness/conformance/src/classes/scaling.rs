//! L2: quantizers commute with powers of two.

use bytemuck::{cast_slice, cast_slice_mut};
use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, MatmulShape, Operation};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};
use crate::compare;

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    exponents: Vec<i32>,
    blocks: usize,
    exempt: Vec<String>,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/scaling.toml"));
    if suite.parameters.exempt.iter().any(|name| name == format.name()) {
        return Vec::new();
    }
    let quantizers =
        operations(format).filter(|operation| matches!(operation, Operation::Quantize | Operation::QuantizeWeighted));
    quantizers
        .map(|operation| {
            let parameters = suite.parameters.clone();
            suite.case(level(operation), format, operation, "powers_of_two", move |subject| {
                let cols = cols(format, parameters.blocks);
                let mut random = Random::named(0, &["scaling", format.name()]);
                let call =
                    Call::random(subject, format, operation, MatmulShape { rows: 1, cols, batch: 1 }, &mut random);
                check(&call, &parameters.exponents, subject)
            })
        })
        .collect()
}

fn check(call: &Call, exponents: &[i32], subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    if !subject.supports(call.format, Operation::Dequantize) {
        return Ok(Verdict::Skip(format!("{} has no decoder of {} to compare with", subject.name(), call.format)));
    }
    let (_, plain) = decoded(call, subject)?;
    for &exponent in exponents {
        let factor = 2f32.powi(exponent);
        let mut scaled = call.clone();
        let source: Vec<f32> = aligned(&call.inputs[0].bytes).iter().map(|x| x * factor).collect();
        scaled.inputs[0].bytes = cast_slice(&source).to_vec();
        let (blocks, got) = decoded(&scaled, subject)?;
        let expected: Vec<f32> = plain.iter().map(|value| value * factor).collect();
        if let Some(finding) = compare::decoded(call.format, &blocks, &expected, &got) {
            return Ok(Verdict::of(Some(
                finding
                    .at(format!("source times 2^{exponent}, decoded; compared with 2^{exponent} times the plain one")),
            )));
        }
    }
    Ok(Verdict::Pass)
}

fn decoded(call: &Call, subject: &dyn Implementation) -> Result<(Vec<u8>, Vec<f32>), Refusal> {
    let blocks = call.output(subject, 0xff)?;
    let mut out = vec![f32::NAN; call.shape.cols];
    subject.dequantize(call.format, &blocks, &mut out)?;
    Ok((blocks, out))
}

/// A copy of the bytes of floats at an address where floats may be.
fn aligned(bytes: &[u8]) -> Vec<f32> {
    let mut floats = vec![0.0f32; bytes.len() / 4];
    cast_slice_mut(&mut floats).copy_from_slice(bytes);
    floats
}
