//! L3: extreme codes with unit scales.

use quantmark_kernels::{Format, MatmulShape};
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::shape::level;
use super::sizes::{multiply, products};
use super::suite::Suite;
use crate::blocks;
use crate::case::Case;

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    codes: Vec<u8>,
    random_rows: usize,
    activations: Vec<[i8; 2]>,
    least: Vec<[i8; 2]>,
    runs: Vec<usize>,
    blocks: usize,
}

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/integers.toml"));
    // Without codes there is nothing to saturate.
    if format.spec().block_len == 1 {
        return Vec::new();
    }
    let mut all = Vec::new();
    for operation in products(format) {
        let runs = suite.parameters.runs.iter().copied().map(Some).chain([None]);
        for (run, least) in runs.flat_map(|run| [(run, false), (run, true)]) {
            let prefix = if least { "least_" } else { "" };
            let variant = run.map_or(format!("{prefix}full"), |run| format!("{prefix}run_{run}"));
            let parameters = suite.parameters.clone();
            all.push(suite.case(level(operation), format, operation, &variant, move |subject| {
                let cols = parameters.blocks * format.spec().block_len;
                let weights = weights(format, &parameters);
                let pairs = if least { &parameters.least } else { &parameters.activations };
                let activations = activations(format, cols, run, pairs);
                let partner = format.spec().activation.expect("products only");
                let shape = MatmulShape {
                    rows: parameters.codes.len() + parameters.random_rows,
                    cols,
                    batch: activations.len() / partner.row_bytes(cols).expect("whole blocks"),
                };
                multiply(subject, format, operation, shape, &weights, &activations)
            }));
        }
    }
    all
}

fn weights(format: Format, parameters: &Parameters) -> Vec<u8> {
    let size = format.spec().block_bytes;
    let mut random = Random::named(0, &["integers", format.name()]);
    let mut bytes = vec![0; (parameters.codes.len() + parameters.random_rows) * parameters.blocks * size];
    for (row, blocks) in bytes.chunks_exact_mut(parameters.blocks * size).enumerate() {
        for block in blocks.chunks_exact_mut(size) {
            let code = parameters.codes.get(row);
            blocks::set_codes(format, block, || code.copied().unwrap_or_else(|| random.bits() as u8));
            blocks::set_scales(format, block, |_| half::f16::ONE);
            blocks::settle(format, block);
        }
    }
    bytes
}

/// A row for each pair of codes; with runs, a row for each place where a run fits side by side with the others.
fn activations(format: Format, cols: usize, run: Option<usize>, pairs: &[[i8; 2]]) -> Vec<u8> {
    let partner = format.spec().activation.expect("products only");
    let size = partner.spec().block_bytes;
    let places = run.map_or(1, |run| cols / run);
    let mut bytes = Vec::new();
    for place in 0..places {
        // All pairs at every place would be many; each place takes the next.
        let pairs = if run.is_some() { &pairs[place % pairs.len()..][..1] } else { pairs };
        for pair in pairs {
            let mut row = vec![0; partner.row_bytes(cols).expect("whole blocks")];
            let mut col = 0;
            for block in row.chunks_exact_mut(size) {
                blocks::set_codes(partner, block, || {
                    let inside = run.is_none_or(|run| col / run == place);
                    let code = if inside { pair[col % 2] as u8 } else { 0 };
                    col += 1;
                    code
                });
                blocks::set_scales(partner, block, |_| half::f16::ONE);
                blocks::settle(partner, block);
            }
            bytes.extend(row);
        }
    }
    bytes
}
