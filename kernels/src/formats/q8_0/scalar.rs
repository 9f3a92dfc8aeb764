//! Q8_0 in portable Rust.

use super::Block;
use crate::codec::extremes::max_magnitude;
use crate::codec::integer_dot::dot_i8;
use crate::numeric::{F16, Real, round_to_int};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const WIDE_DEQUANTIZE: bool = true;
    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = Some(dot);

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&block.qs) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// The scale of 32 values before its rounding to f16, and their codes.
#[inline(always)]
pub(crate) fn codes(values: &[f32; 32]) -> (f32, [i8; 32]) {
    let d = max_magnitude(values) / 127.0;
    let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
    (d, round_to_int(values.map(|value| value * inverse)).map(|code| code as i8))
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        let (d, qs) = codes(values);
        *block = Block { d: F16::from_f32(d), qs };
    }
}

fn dot(weights: &[Block], activation: &[Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&w.qs, &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
