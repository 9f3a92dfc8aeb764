//! Q5_1 in portable Rust.

use super::Block;
use crate::activation::q8_1;
use crate::codec::affine_blocks;
use crate::codec::integer_dot::dot_i8;
use crate::codec::{fifth_bit, nibbles};
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

/// The largest code.
const TOP: i32 = 31;

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_1::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_1::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let (d, m) = (R::from_f32(block.d.to_f32()), R::from_f32(block.m.to_f32()));
        for (out, &q) in out.iter_mut().zip(&codes(block)) {
            *out = R::from_i32(q.into()) * d + m;
        }
    }
}

#[inline(always)]
fn codes(block: &Block) -> [i8; 32] {
    let (low, high) = (nibbles::unpack::<16, 32>(&block.qs, |q| q as i8), fifth_bit::spread(block.qh));
    std::array::from_fn(|j| low[j] | high[j] as i8)
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    affine_blocks::quantize(TOP, row, blocks, |code| code as u8, pack);
}

#[inline(always)]
fn pack(d: f32, m: f32, codes: &[u8; 32]) -> Block {
    let (qh, qs) = (fifth_bit::collect(codes), nibbles::pack(codes));
    Block { d: F16::from_f32(d), m: F16::from_f32(m), qh, qs }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    affine_blocks::quantize_weighted(TOP, row, importance, blocks, pack);
}

fn dot(weights: &[Block], activation: &[q8_1::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        // The stored sum of the activations stands in for multiplying each with the minimum.
        sum += dot_i8(&codes(w), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32()) + w.m.to_f32() * a.s.to_f32();
    }
    sum
}
