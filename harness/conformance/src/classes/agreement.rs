//! L1 and L2: other backends give the scalar one's bits.

use bytemuck::cast_slice;
use quantmark_implementations::{Implementation, OurBackend, Refusal};
use quantmark_kernels::{Available, Backend, Format, MatmulShape, Operation, kernels};
use quantmark_reference::generator::distribution::Distribution;
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    blocks: Vec<usize>,
    rows: usize,
    distributions: Vec<Distribution>,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/agreement.toml"));
    let exact = |operation: &Operation| {
        matches!(operation, Operation::Quantize | Operation::QuantizeWeighted | Operation::Dequantize)
    };
    operations(format)
        .filter(exact)
        .map(|operation| {
            let parameters = suite.parameters.clone();
            suite.case(level(operation), format, operation, "scalar", move |subject| {
                check(format, operation, &parameters, subject)
            })
        })
        .collect()
}

fn check(
    format: Format,
    operation: Operation,
    parameters: &Parameters,
    subject: &dyn Implementation,
) -> Result<Verdict, Refusal> {
    let backend: Available = Backend::Scalar.detect().expect("every machine has it");
    if kernels(format, backend).is_none_or(|kernels| !kernels.supports(operation)) {
        return Ok(Verdict::Invalid(format!("the scalar backend has no {operation} kernel for {format}")));
    }
    let scalar = OurBackend::new(backend);
    let mut random = Random::named(0, &["agreement", format.name(), operation.name()]);
    for &distribution in &parameters.distributions {
        for &blocks in &parameters.blocks {
            for row in 0..parameters.rows {
                let cols = cols(format, blocks);
                let mut call =
                    Call::random(subject, format, operation, MatmulShape { rows: 1, cols, batch: 1 }, &mut random);
                if operation != Operation::Dequantize {
                    call.inputs[0].bytes = cast_slice(&distribution.row(cols, &mut random)).to_vec();
                }
                let (expected, got) = (call.output(&scalar, 0xff)?, call.output(subject, 0xff)?);
                if let Some(finding) = call.compare(&expected, &got) {
                    let at = format!("{distribution:?}, {blocks} blocks, row {row}; compared with the scalar backend");
                    return Ok(Verdict::of(Some(finding.at(at))));
                }
            }
        }
    }
    Ok(Verdict::Pass)
}
