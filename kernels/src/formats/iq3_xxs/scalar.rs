//! IQ3_XXS in portable Rust.

use crate::codec::importance::{squares, sum_of_squares, weigh};
use crate::codec::iq3::pair;
use crate::codec::signed_groups;
use std::sync::LazyLock;

use super::Block;
use crate::activation::q8_k;
use crate::codec::iq_grids::iq3_xxs::GRID;
use crate::codec::iq_grids::ksigns::KSIGNS;
use crate::codec::iq3::search::{Rules, fit};
use crate::codec::near_points::NearPoints;
use crate::numeric::{F16, Real, U32, nearest_int};
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
        let sub_blocks = block.words.iter().zip(block.qs.as_chunks::<8>().0);
        for (out, (word, indices)) in out.chunks_exact_mut(32).zip(sub_blocks) {
            let word = word.get();
            let scale = d * R::from_f32(0.5 + (word >> 28) as f32) * R::from_f32(0.5);
            let groups = out.as_chunks_mut::<8>().0.iter_mut().zip(indices.as_chunks().0);
            for (k, (out, &indices)) in groups.enumerate() {
                signed_groups::dequantize(scale, &magnitudes(indices), signs(word, k), out);
            }
        }
    }
}

/// The magnitudes of 8 weights.
#[inline(always)]
fn magnitudes(indices: [u8; 2]) -> [i8; 8] {
    pair(indices.map(|index| &GRID.points[usize::from(index)]))
}

/// The signs of weights 8 `i` to 8 `i` + 7 of a sub-block, a bit each.
fn signs(word: u32, i: usize) -> u8 {
    KSIGNS[(word >> (7 * i) & 127) as usize]
}

/// Largest magnitude of a sub-block that is quantized to zeros.
const EPSILON: f32 = 1e-8;

struct Iq3Xxs;

impl Rules for Iq3Xxs {
    const REACH: usize = 15;
    const MOVES_ALL: bool = false;

    fn points() -> &'static NearPoints {
        static POINTS: LazyLock<NearPoints> = LazyLock::new(|| NearPoints::new(8, 4, &GRID.codes, 2));
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
    let mut quantized = Block { d: F16::from_f32(0.0), qs: [0; 64], words: [U32::new(0); 8] };
    let mut scales = [0.0; 8];
    let mut max_scale = 0.0;
    for (j, (values, weights)) in values.as_chunks::<32>().0.iter().zip(weights.as_chunks::<32>().0).enumerate() {
        let mut magnitudes = *values;
        let mut word = 0;
        let groups = magnitudes.as_chunks_mut::<8>().0.iter_mut().zip(weights.as_chunks::<8>().0);
        for (k, (values, weights)) in groups.enumerate() {
            word |= u32::from(make_positive(values, weights) & 127) << (7 * k);
        }
        let max = magnitudes[1..].iter().fold(magnitudes[0], |max, &x| if max > x { max } else { x });
        if max < EPSILON {
            continue;
        }
        let mut fit = fit::<Iq3Xxs>(&magnitudes, weights, max);
        if fit.scale < 0.0 {
            fit.scale = -fit.scale;
            word ^= (1 << 28) - 1;
        }
        for (qs, code) in quantized.qs[8 * j..].iter_mut().zip(fit.codes) {
            *qs = Iq3Xxs::points().index(code.into()) as u8;
        }
        quantized.words[j] = U32::new(word);
        scales[j] = fit.scale;
        max_scale = if max_scale > fit.scale { max_scale } else { fit.scale };
    }
    if max_scale == 0.0 {
        *block = Block { d: F16::from_f32(0.0), qs: [0; 64], words: [U32::new(0); 8] };
        return;
    }
    let d = max_scale / 31.0;
    quantized.d = F16::from_f32(d * 1.0125);
    let inverse = 1.0 / d;
    for (word, scale) in quantized.words.iter_mut().zip(scales) {
        let code = nearest_int(0.5 * (inverse * scale - 1.0)).clamp(0, 15) as u32;
        *word = U32::new(word.get() | code << 28);
    }
    *block = quantized;
}

/// Takes the signs off a group of 8 and returns them, a bit each. An odd number of minus signs cannot be coded: then
/// the weight that matters least keeps the wrong sign.
fn make_positive(values: &mut [f32; 8], weights: &[f32; 8]) -> u8 {
    let costs: [f32; 8] = std::array::from_fn(|i| weights[i] * values[i] * values[i]);
    let mut signs = 0;
    for (i, value) in values.iter_mut().enumerate() {
        // Of NaN too, as in the reference.
        let keeps = *value >= 0.0;
        signs |= u8::from(!keeps) << i;
        *value = if keeps { *value } else { -*value };
    }
    if signs.count_ones() % 2 == 1 {
        let least = (1..8).fold(0, |least, i| if costs[i] < costs[least] { i } else { least });
        values[least] = -values[least];
        signs ^= 1 << least;
    }
    signs
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let mut codes = 0;
        for (j, word) in w.words.iter().enumerate() {
            let word = word.get();
            let indices = w.qs.as_chunks::<2>().0;
            let mut products = 0;
            for k in 0..4 {
                let (group, a) = (4 * j + k, a.qs.as_chunks::<8>().0);
                products += signed_groups::dot(&magnitudes(indices[group]), signs(word, k), &a[group]);
            }
            codes += products * (2 * (word >> 28) as i32 + 1);
        }
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    0.25 * sum
}
