//! Every buffer against pages that cannot be touched. What goes too far does not come back: the worker dies of a
//! signal and its parent reports the case.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, MatmulShape};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};
use crate::guard::{Guarded, Placement};

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    blocks: Vec<usize>,
    rows: usize,
    batch: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/guards.toml"));
    let mut all = Vec::new();
    for operation in operations(format) {
        for (placement, variant) in [(Placement::End, "end"), (Placement::Start, "start")] {
            let Parameters { blocks, rows, batch } = suite.parameters.clone();
            all.push(suite.case(level(operation), format, operation, variant, move |subject| {
                let mut random = Random::named(0, &["guards", format.name()]);
                for &blocks in &blocks {
                    let shape = MatmulShape { rows, cols: cols(format, blocks), batch };
                    let call = Call::random(subject, format, operation, shape, &mut random);
                    let verdict = check(&call, placement, subject)?;
                    if verdict != Verdict::Pass {
                        return Ok(verdict);
                    }
                }
                Ok(Verdict::Pass)
            }));
        }
    }
    all
}

fn check(call: &Call, placement: Placement, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let expected = call.output(subject, 0xff)?;
    let guarded = |bytes: &[u8]| {
        Guarded::copy_of(bytes, placement).map_err(|error| Refusal(format!("no guarded memory: {error}")))
    };
    let inputs = call.inputs.iter().map(|buffer| guarded(&buffer.bytes)).collect::<Result<Vec<_>, _>>()?;
    let inputs: Vec<&[u8]> = inputs.iter().map(Guarded::get).collect();
    let mut out = guarded(&vec![0xff; expected.len()])?;
    call.run(subject, &inputs, out.get_mut())?;
    Ok(Verdict::of(call.compare(&expected, out.get())))
}
