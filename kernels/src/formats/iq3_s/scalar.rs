//! IQ3_S in portable Rust.

use crate::codec::importance::{squares, sum_of_squares, weigh};
use crate::codec::iq3::pair;
use crate::codec::signed_groups;
use std::sync::LazyLock;

use super::Block;
use crate::activation::q8_k;
use crate::codec::iq_grids::iq3_s::GRID;
use crate::codec::iq3::search::{Rules, fit};
use crate::codec::near_points::NearPoints;
use crate::numeric::{F16, Real, nearest_int};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (j, out) in out.chunks_exact_mut(32).enumerate() {
            let scale = d * R::from_i32(2 * i32::from(block.scale(j)) + 1);
            for (k, out) in out.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                signed_groups::dequantize(scale, &block.magnitudes(4 * j + k), block.signs[4 * j + k], out);
            }
        }
    }
}

impl Block {
    /// The magnitudes of weights 8 `k` to 8 `k` + 7.
    #[inline(always)]
    fn magnitudes(&self, k: usize) -> [i8; 8] {
        pair([&GRID.points[self.index(2 * k)], &GRID.points[self.index(2 * k + 1)]])
    }
}

struct Iq3S;

impl Rules for Iq3S {
    const REACH: usize = 9;
    const MOVES_ALL: bool = true;

    fn points() -> &'static NearPoints {
        static POINTS: LazyLock<NearPoints> = LazyLock::new(|| NearPoints::new(8, 4, &GRID.codes, 3));
        &POINTS
    }
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<256>().0.iter().zip(blocks) {
        quantize_block(values, &squares(values), block);
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let rows = row.as_chunks::<256>().0.iter().zip(importance.as_chunks::<256>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        let variance = 2.0 * sum_of_squares(values) / 256.0;
        quantize_block(values, &weigh(values, importance, variance), block);
    }
}

fn quantize_block(values: &[f32; 256], weights: &[f32; 256], block: &mut Block) {
    *block = Block { d: F16::from_f32(0.0), qs: [0; 64], qh: [0; 8], signs: [0; 32], scales: [0; 4] };
    let mut scales = [0.0; 8];
    let mut max_scale = 0.0;
    // The reference's bytes are the definition: after a sub-block of zeros it stores the low bits of the indices and the
    // signs of those that follow one place too early.
    let mut stored = 0;
    for (j, (values, weights)) in values.as_chunks::<32>().0.iter().zip(weights.as_chunks::<32>().0).enumerate() {
        let mut magnitudes = *values;
        let mut signs = [0u8; 4];
        for (i, value) in magnitudes.iter_mut().enumerate() {
            // Of NaN too, as in the reference.
            let keeps = *value >= 0.0;
            signs[i / 8] |= u8::from(!keeps) << (i % 8);
            *value = if keeps { *value } else { -*value };
        }
        let max = magnitudes[1..].iter().fold(magnitudes[0], |max, &x| if max > x { max } else { x });
        if max == 0.0 {
            continue;
        }
        let mut fit = fit::<Iq3S>(&magnitudes, weights, max);
        if fit.scale < 0.0 {
            fit.scale = -fit.scale;
            signs = signs.map(|signs| !signs);
        }
        for (k, code) in fit.codes.into_iter().enumerate() {
            let index = Iq3S::points().index(code.into());
            block.qs[8 * stored + k] = index as u8;
            block.qh[j] |= ((index >> 8) as u8) << k;
        }
        block.signs[4 * stored..][..4].copy_from_slice(&signs);
        stored += 1;
        scales[j] = fit.scale;
        max_scale = if max_scale > fit.scale { max_scale } else { fit.scale };
    }
    if max_scale == 0.0 {
        return;
    }
    let d = max_scale / 31.0;
    block.d = F16::from_f32(d * 1.033);
    let inverse = 1.0 / d;
    for (j, scale) in scales.into_iter().enumerate() {
        let code = nearest_int(0.5 * (inverse * scale - 1.0)).clamp(0, 15) as u8;
        block.scales[j / 2] |= code << (4 * (j % 2));
    }
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let mut codes = 0;
        for j in 0..8 {
            let mut products = 0;
            for k in 4 * j..4 * j + 4 {
                products += signed_groups::dot(&w.magnitudes(k), w.signs[k], &a.qs.as_chunks::<8>().0[k]);
            }
            codes += products * (2 * i32::from(w.scale(j)) + 1);
        }
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    sum
}
