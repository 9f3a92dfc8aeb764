//! MXFP4 in portable Rust.

use super::Block;
use crate::activation::q8_0;
use crate::codec::extremes::max_magnitude;
use crate::codec::integer_dot::dot_i8;
use crate::codec::{e2m1, e8m0, nibbles};
use crate::numeric::Real;
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_0::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, q8_0::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(e8m0::half_to_f32(block.e));
        for (out, &q) in out.iter_mut().zip(&codes(block)) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// Twice the E2M1 values.
#[inline(always)]
fn codes(block: &Block) -> [i8; 32] {
    nibbles::unpack(&block.qs, |q| e2m1::VALUES[usize::from(q)])
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        block.e = e8m0::exponent_for(max_magnitude(values));
        let d = e8m0::half_to_f32(block.e);
        block.qs = nibbles::pack(&e2m1::nearest(values, d));
    }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&codes(w), &a.qs) as f32 * (e8m0::half_to_f32(w.e) * a.d.to_f32());
    }
    sum
}
