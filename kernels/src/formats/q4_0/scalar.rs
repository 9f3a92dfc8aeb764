//! Q4_0 in portable Rust.

use super::Block;
use crate::activation::q8_0;
use crate::codec::integer_dot::dot_i8;
use crate::codec::nibbles;
use crate::codec::symmetric_blocks;
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

/// Codes are in -HALF..HALF.
const HALF: i8 = 8;

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_0::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_0::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&codes(block)) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// Codes around zero, -8 to 7.
#[inline(always)]
fn codes(block: &Block) -> [i8; 32] {
    nibbles::unpack(&block.qs, |q| q as i8 - 8)
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    symmetric_blocks::quantize(HALF, row, blocks, pack);
}

#[inline(always)]
fn pack(d: f32, codes: &[u8; 32]) -> Block {
    Block { d: F16::from_f32(d), qs: nibbles::pack(codes) }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    symmetric_blocks::quantize_weighted(HALF, row, importance, blocks, pack);
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&codes(w), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
