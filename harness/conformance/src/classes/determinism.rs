//! The same call gives the same bits, whatever came between.

use quantmark_kernels::{Format, MatmulShape};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};

#[derive(Clone, Copy, Debug, Deserialize)]
struct Parameters {
    repeats: usize,
    blocks: usize,
    rows: usize,
    batch: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/determinism.toml"));
    let Parameters { repeats, blocks, rows, batch } = suite.parameters;
    operations(format)
        .map(|operation| {
            let shape = MatmulShape { rows, cols: cols(format, blocks), batch };
            suite.case(level(operation), format, operation, "repeats", move |subject| {
                let mut random = Random::named(0, &["determinism", format.name()]);
                let call = Call::random(subject, format, operation, shape, &mut random);
                let between = Call::random(subject, format, operation, shape, &mut random);
                let expected = call.output(subject, 0xff)?;
                for repeat in 1..=repeats {
                    // Uneven steps meet state of any period.
                    for _ in 0..repeat % 3 {
                        between.output(subject, 0xff)?;
                    }
                    if let Some(finding) = call.compare(&expected, &call.output(subject, 0xff)?) {
                        return Ok(Verdict::of(Some(
                            finding.at(format!("repeat {repeat}; compared with the first call")),
                        )));
                    }
                }
                Ok(Verdict::Pass)
            })
        })
        .collect()
}
