//! Q4_1 in portable Rust.

use super::Block;
use crate::family::affine_fit::{AffineFit, AffineSearch};
use crate::family::extremes::min_max;
use crate::family::importance::{sum_of_squares, weigh};
use crate::family::integer_dot::dot_i8;
use crate::family::nibbles;
use crate::formats::q8_1;
use crate::numeric::{F16, Real, truncate};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

/// The largest code.
const TOP: i32 = 15;

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
    nibbles::unpack(&block.qs, |q| q as i8)
}

fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        let (min, max) = min_max(values);
        let d = (max - min) / 15.0;
        let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
        let codes = truncate(values.map(|value| (value - min) * inverse + 0.5));
        *block = pack(d, min, &codes.map(|code| (code as i8).min(15) as u8));
    }
}

#[inline(always)]
fn pack(d: f32, m: f32, codes: &[u8; 32]) -> Block {
    Block { d: F16::from_f32(d), m: F16::from_f32(m), qs: nibbles::pack(codes) }
}

fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    const SEARCH: AffineSearch = AffineSearch::weighted(TOP);
    let variance = sum_of_squares(row) / row.len() as f32;
    // The search takes eight blocks side by side.
    for ((values, importance), blocks) in row.chunks(256).zip(importance.chunks(256)).zip(blocks.chunks_mut(8)) {
        let mut weights = [0.0; 256];
        weigh(values, importance, variance, &mut weights);
        let mut fits = [AffineFit::default(); 8];
        SEARCH.fit::<32>(values, &weights[..values.len()], &mut fits[..blocks.len()]);
        for ((values, fit), block) in values.as_chunks::<32>().0.iter().zip(&fits).zip(blocks) {
            let mut codes = [0; 32];
            fit.codes(&SEARCH, values, &mut codes);
            *block = pack(fit.scale, -fit.min, &codes);
        }
    }
}

fn dot(weights: &[Block], activation: &[q8_1::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        // The stored sum of the activations stands in for multiplying each with the minimum.
        sum += dot_i8(&codes(w), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32()) + w.m.to_f32() * a.s.to_f32();
    }
    sum
}
