//! IQ4_NL in portable Rust.

use super::Block;
use crate::activation::q8_0;
use crate::codec::integer_dot::dot_i8;
use crate::codec::{iq4, nibbles};
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_0::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_0::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&codes(&block.qs)) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// The levels of 32 weights.
#[inline(always)]
pub(crate) fn codes(qs: &[u8; 16]) -> [i8; 32] {
    nibbles::unpack(qs, |q| iq4::CODEBOOK[usize::from(q)])
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        *block = quantize_block(values, None);
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let rows = row.as_chunks::<32>().0.iter().zip(importance.as_chunks::<32>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        *block = quantize_block(values, Some(importance));
    }
}

fn quantize_block(values: &[f32; 32], importance: Option<&[f32; 32]>) -> Block {
    let d = iq4::best_scale(values, &iq4::error_weights(values, importance, iq4::sigma2(values)));
    let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
    Block { d: F16::from_f32(d), qs: nibbles::pack(&values.map(|value| iq4::nearest(inverse * value))) }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&codes(&w.qs), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
