//! Q2_K in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::codec::affine_fit::{AffineFit, AffineSearch, Deviation};
use crate::codec::importance::{sum_of_squares, weigh};
use crate::codec::k_dot::{min_dot, scaled_dot};
use crate::codec::positive_fit::positive_fit;
use crate::codec::two_bit_codes;
use crate::numeric::{F16, Real, nearest_int};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    #[inline]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let (d, dmin) = (R::from_f32(block.d.to_f32()), R::from_f32(block.dmin.to_f32()));
        let codes = two_bit_codes::unpack(&block.qs);
        for ((out, codes), scales) in out.chunks_exact_mut(LEN).zip(codes.chunks_exact(LEN)).zip(block.scales) {
            let scale = d * R::from_i32((scales & 15).into());
            let min = dmin * R::from_i32((scales >> 4).into());
            for (out, &code) in out.iter_mut().zip(codes) {
                *out = scale * R::from_i32(code.into()) - min;
            }
        }
    }
}

/// Weights in a sub-block.
const LEN: usize = 16;

const SEARCH: AffineSearch = AffineSearch { top: 3, first: -0.5, step: 0.1, last: 15, deviation: Deviation::Absolute };

const WEIGHTED_SEARCH: AffineSearch = AffineSearch::weighted(3);

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks().0.iter().zip(blocks) {
        let weights = values.map(f32::abs);
        let mut fits = [AffineFit::default(); 16];
        SEARCH.fit::<LEN>(values, &weights, &mut fits);

        let (d, scales) = four_bit(fits.map(|fit| fit.scale));
        let (dmin, mins) = four_bit(fits.map(|fit| fit.min));
        store(block, &SEARCH, values, &fits, (d, scales), (dmin, mins));
    }
}

/// The scale of numbers whose largest gets code 15, and all codes. A negative number's code wraps below 0, as it does
/// in the reference.
fn four_bit(numbers: [f32; 16]) -> (f32, [u8; 16]) {
    let max = numbers.iter().fold(0.0, |max, &x| if x > max { x } else { max });
    if max > 0.0 {
        let inverse = 15.0 / max;
        (max / 15.0, numbers.map(|x| nearest_int(inverse * x) as u8))
    } else {
        (0.0, [0; 16])
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    for ((values, importance), block) in row.as_chunks().0.iter().zip(importance.as_chunks().0).zip(blocks) {
        let weights = weigh(values, importance, sum_of_squares(values) / 256.0);
        let mut fits = [AffineFit::default(); 16];
        WEIGHTED_SEARCH.fit::<LEN>(values, &weights, &mut fits);

        let weights = fits.map(|fit| fit.weight);
        let scales = positive_fit(15, &fits.map(|fit| fit.scale), &weights);
        let mins = positive_fit(15, &fits.map(|fit| fit.min), &weights);
        store(block, &WEIGHTED_SEARCH, values, &fits, scales, mins);
    }
}

/// Rounds the values with the scales as they are stored; a sub-block whose scale became 0 keeps the codes of its fit.
fn store(
    block: &mut Block,
    search: &AffineSearch,
    values: &[f32; 256],
    fits: &[AffineFit; 16],
    (d, scales): (f32, [u8; 16]),
    (dmin, mins): (f32, [u8; 16]),
) {
    block.d = F16::from_f32(d);
    block.dmin = F16::from_f32(dmin);
    for ((packed, scale), min) in block.scales.iter_mut().zip(scales).zip(mins) {
        *packed = scale | min << 4;
    }

    let (d, dmin) = (block.d.to_f32(), block.dmin.to_f32());
    let mut codes = [0; 256];
    let sub_blocks = codes.chunks_exact_mut(LEN).zip(values.chunks_exact(LEN));
    for (((codes, values), fit), scales) in sub_blocks.zip(fits).zip(block.scales) {
        let scale = d * f32::from(scales & 15);
        if scale == 0.0 {
            fit.codes(search, values, codes);
            continue;
        }
        let min = dmin * f32::from(scales >> 4);
        for (code, value) in codes.iter_mut().zip(values) {
            *code = nearest_int((value + min) / scale).clamp(0, 3) as u8;
        }
    }
    block.qs = two_bit_codes::pack(&codes);
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let codes = scaled_dot::<LEN>(&two_bit_codes::unpack(&w.qs), &w.scales.map(|s| i16::from(s & 15)), &a.qs);
        let mins = min_dot::<1>(&w.scales.map(|s| s >> 4), a);
        let d = a.d.to_f32();
        sum += d * w.d.to_f32() * codes as f32 - d * w.dmin.to_f32() * mins as f32;
    }
    sum
}
