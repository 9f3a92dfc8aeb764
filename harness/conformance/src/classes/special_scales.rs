//! L3: scales that are no ordinary numbers.

use half::f16;
use quantmark_kernels::{Format, MatmulShape};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::shape::{cols, level};
use super::sizes::{multiply, products};
use super::suite::Suite;
use crate::blocks;
use crate::case::Case;

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    halves: Vec<u16>,
    blocks: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/special_scales.toml"));
    let mut all = Vec::new();
    for operation in products(format) {
        for in_weights in [true, false] {
            let variant = if in_weights { "weights" } else { "activation" };
            let parameters = suite.parameters.clone();
            all.push(suite.case(level(operation), format, operation, variant, move |subject| {
                let partner = format.spec().activation.expect("products only");
                let mut random = Random::named(0, &["special_scales", format.name()]);
                let (special, n) = (&parameters.halves, parameters.halves.len());
                let cols = cols(format, parameters.blocks);
                let weights = rows(format, cols, if in_weights { special } else { &[] }, n, &mut random);
                let activations = rows(partner, cols, if in_weights { &[] } else { special }, n, &mut random);
                let shape = MatmulShape { rows: n, cols, batch: n };
                multiply(subject, format, operation, shape, &weights, &activations)
            }));
        }
    }
    all
}

/// `n` rows of ordinary blocks; the middle block of row `i` has the scale `special[i]`.
fn rows(format: Format, cols: usize, special: &[u16], n: usize, random: &mut Random) -> Vec<u8> {
    let spec = format.spec();
    let blocks = cols / spec.block_len;
    let mut bytes = blocks::ordinary(format, n * blocks, random);
    for (row, &half) in bytes.chunks_exact_mut(blocks * spec.block_bytes).zip(special) {
        let block = &mut row[blocks / 2 * spec.block_bytes..][..spec.block_bytes];
        blocks::set_scales(format, block, |_| f16::from_bits(half));
    }
    bytes
}
