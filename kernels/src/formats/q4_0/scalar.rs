//! Q4_0 in portable Rust.

use super::Block;
use crate::family::extremes::signed_max;
use crate::family::importance::{sum_of_squares, weigh};
use crate::family::integer_dot::dot_i8;
use crate::family::nibbles;
use crate::family::symmetric_fit::symmetric_fit;
use crate::formats::q8_0;
use crate::numeric::{F16, Real, truncate};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

/// Codes are in -HALF..HALF.
const HALF: i32 = 8;

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

fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        let d = signed_max(values) / -8.0;
        let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
        let codes = truncate(values.map(|value| value * inverse + 8.5));
        *block = pack(d, &codes.map(|code| (code as i8).min(15) as u8));
    }
}

#[inline(always)]
fn pack(d: f32, codes: &[u8; 32]) -> Block {
    Block { d: F16::from_f32(d), qs: nibbles::pack(codes) }
}

fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let variance = sum_of_squares(row) / row.len() as f32;
    let importance = importance.as_chunks::<32>().0;
    for ((values, importance), block) in row.as_chunks::<32>().0.iter().zip(importance).zip(blocks) {
        let mut weights = [0.0; 32];
        weigh(values, importance, variance, &mut weights);
        let fit = symmetric_fit(HALF, values, &weights);
        let mut codes = [0; 32];
        fit.codes(HALF, values, &mut codes);
        *block = pack(fit.scale, &codes);
    }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&codes(w), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
