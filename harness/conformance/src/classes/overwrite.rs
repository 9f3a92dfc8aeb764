//! Outputs do not depend on what was there before.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, MatmulShape};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    fills: Vec<u8>,
    blocks: Vec<usize>,
    rows: usize,
    batch: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/overwrite.toml"));
    operations(format)
        .map(|operation| {
            let parameters = suite.parameters.clone();
            suite.case(level(operation), format, operation, "fills", move |subject| {
                let mut random = Random::named(0, &["overwrite", format.name()]);
                for &blocks in &parameters.blocks {
                    let Parameters { rows, batch, .. } = parameters;
                    let shape = MatmulShape { rows, cols: cols(format, blocks), batch };
                    let call = Call::random(subject, format, operation, shape, &mut random);
                    let verdict = check(&call, &parameters.fills, subject)?;
                    if verdict != Verdict::Pass {
                        return Ok(verdict);
                    }
                }
                Ok(Verdict::Pass)
            })
        })
        .collect()
}

fn check(call: &Call, fills: &[u8], subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let outputs = fills.iter().map(|&fill| call.output(subject, fill)).collect::<Result<Vec<_>, _>>()?;
    for (output, fill) in outputs.iter().zip(fills) {
        if let Some(finding) = call.compare(&outputs[outputs.len() - 1], output) {
            return Ok(Verdict::of(Some(finding.at(format!(
                "the output held 0x{fill:02x} before; compared with one that held 0x{:02x}",
                fills[fills.len() - 1]
            )))));
        }
    }
    Ok(Verdict::Pass)
}
