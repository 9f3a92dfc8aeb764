//! Every buffer at every address.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, MatmulShape};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::call::{Aligned, Call, operations};
use super::shape::{cols, level};
use super::suite::Suite;
use crate::case::{Case, Verdict};

#[derive(Clone, Copy, Debug, Deserialize)]
struct Parameters {
    offsets: usize,
    blocks: usize,
    rows: usize,
    batch: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/alignment.toml"));
    let Parameters { offsets, blocks, rows, batch } = suite.parameters;
    operations(format)
        .map(|operation| {
            let shape = MatmulShape { rows, cols: cols(format, blocks), batch };
            suite.case(level(operation), format, operation, "offsets", move |subject| {
                let mut random = Random::named(0, &["alignment", format.name()]);
                check(&Call::random(subject, format, operation, shape, &mut random), offsets, subject)
            })
        })
        .collect()
}

fn check(call: &Call, offsets: usize, subject: &dyn Implementation) -> Result<Verdict, Refusal> {
    let expected = call.output(subject, 0xff)?;
    let aligns: Vec<usize> = call.inputs.iter().map(|buffer| buffer.align).chain([call.output_align()]).collect();
    for (moved, &align) in aligns.iter().enumerate() {
        for offset in (0..offsets).step_by(align) {
            let place = |index: usize| if index == moved { offset } else { 0 };
            let inputs: Vec<Aligned> =
                (0..).zip(&call.inputs).map(|(index, buffer)| Aligned::copy_of(&buffer.bytes, place(index))).collect();
            let inputs: Vec<&[u8]> = inputs.iter().map(Aligned::get).collect();
            let mut out = Aligned::copy_of(&vec![0xff; expected.len()], place(call.inputs.len()));
            call.run(subject, &inputs, out.get_mut())?;
            if let Some(finding) = call.compare(&expected, out.get()) {
                let buffer = call.inputs.get(moved).map_or("the output", |buffer| buffer.name);
                let at = format!("{buffer} {offset} bytes after a cache line's start; compared with offset 0");
                return Ok(Verdict::of(Some(finding.at(at))));
            }
        }
    }
    Ok(Verdict::Pass)
}
