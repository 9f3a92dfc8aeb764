//! Q8_0 in portable Rust.

use super::Block;
use crate::numeric::{F16, Real, round_half_away, truncate};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&block.qs) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.chunks_exact(32).zip(blocks) {
        let amax = values.iter().fold(0.0f32, |amax, value| amax.max(value.abs()));
        let d = amax / 127.0;
        let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
        block.d = F16::from_f32(d);
        for (q, value) in block.qs.iter_mut().zip(values) {
            *q = truncate(round_half_away(value * inverse)) as i8;
        }
    }
}

fn dot(weights: &[Block], activation: &[Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let codes: i32 = w.qs.iter().zip(&a.qs).map(|(&w, &a)| i32::from(w) * i32::from(a)).sum();
        sum += codes as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
