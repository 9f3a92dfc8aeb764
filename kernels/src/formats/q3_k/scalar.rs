//! Q3_K in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::codec::extremes::signed_max;
use crate::codec::importance::{sum_of_squares, weigh};
use crate::codec::k_dot::scaled_dot;
use crate::codec::symmetric_descent::symmetric_descent;
use crate::codec::symmetric_fit::symmetric_fit;
use crate::codec::two_bit_codes;
use crate::numeric::{F16, Real, nearest_int};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const WIDE_DEQUANTIZE: bool = true;
    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        let codes = unpack_codes(block);
        let sub_blocks = out.chunks_exact_mut(LEN).zip(codes.chunks_exact(LEN));
        for ((out, codes), scale) in sub_blocks.zip(unpack_scales(&block.scales)) {
            let scale = d * R::from_i32(scale.into());
            for (out, &code) in out.iter_mut().zip(codes) {
                *out = scale * R::from_i32(code.into());
            }
        }
    }
}

/// Weights in a sub-block.
const LEN: usize = 16;

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks().0.iter().zip(blocks) {
        let (scales, codes) = symmetric_descent(values);
        let max = signed_max(&scales);
        let (d, scales) = if max == 0.0 {
            (0.0, [0; 16])
        } else {
            let inverse = -32.0 / max;
            let six_bits = |scale: f32| ((nearest_int(inverse * scale) as i8).clamp(-32, 31) + 32) as u8;
            (1.0 / inverse, scales.map(six_bits))
        };
        store(block, values, d, &scales, codes);
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    for ((values, importance), block) in row.as_chunks().0.iter().zip(importance.as_chunks().0).zip(blocks) {
        let weights = weigh(values, importance, 2.0 * sum_of_squares(values) / 256.0);

        let mut codes = [0; 256];
        let (mut scales, mut sums) = ([0.0; 16], [0.0; 16]);
        let sub_blocks = values.as_chunks::<LEN>().0.iter().zip(weights.as_chunks::<LEN>().0);
        for (j, ((values, weights), codes)) in sub_blocks.zip(codes.chunks_exact_mut(LEN)).enumerate() {
            let fit = symmetric_fit(4, values, weights);
            fit.codes(4, values, codes);
            scales[j] = fit.scale;
            sums[j] = weights.iter().fold(0.0, |sum, weight| sum + weight);
        }
        let fit = symmetric_fit(32, &scales, &sums);
        let mut six_bits = [0; 16];
        fit.codes(32, &scales, &mut six_bits);
        store(block, values, fit.scale, &six_bits, codes);
    }
}

/// Rounds the values with the scales as they are stored; a sub-block whose scale became 0 keeps its `codes`.
fn store(block: &mut Block, values: &[f32; 256], d: f32, scales: &[u8; 16], mut codes: [u8; 256]) {
    block.d = F16::from_f32(d);
    block.scales = pack_scales(scales);

    let d = block.d.to_f32();
    let sub_blocks = codes.chunks_exact_mut(LEN).zip(values.chunks_exact(LEN));
    for ((codes, values), &scale) in sub_blocks.zip(scales) {
        let scale = d * (f32::from(scale) - 32.0);
        if scale == 0.0 {
            continue;
        }
        for (code, value) in codes.iter_mut().zip(values) {
            *code = (nearest_int(value / scale).clamp(-4, 3) + 4) as u8;
        }
    }

    block.hmask = [0; 32];
    for (run, codes) in codes.chunks_exact_mut(32).enumerate() {
        for (hmask, code) in block.hmask.iter_mut().zip(codes) {
            *hmask |= (*code >> 2) << run;
            *code &= 3;
        }
    }
    block.qs = two_bit_codes::pack(&codes);
}

fn pack_scales(scales: &[u8; 16]) -> [u8; 12] {
    let mut packed = [0; 12];
    for j in 0..8 {
        packed[j] = scales[j] & 15 | scales[j + 8] << 4;
    }
    for j in 0..16 {
        packed[8 + j % 4] |= scales[j] >> 4 << (2 * (j / 4));
    }
    packed
}

/// The scales, 32 subtracted.
#[inline(always)]
fn unpack_scales(packed: &[u8; 12]) -> [i16; 16] {
    let mut scales = [0; 16];
    for (j, scale) in scales.iter_mut().enumerate() {
        let low = packed[j % 8] >> (4 * (j / 8)) & 15;
        let high = packed[8 + j % 4] >> (2 * (j / 4)) & 3;
        *scale = i16::from(low | high << 4) - 32;
    }
    scales
}

/// The codes in order, 4 subtracted.
#[inline(always)]
fn unpack_codes(block: &Block) -> [i8; 256] {
    let mut codes = two_bit_codes::unpack(&block.qs);
    for (run, codes) in codes.chunks_exact_mut(32).enumerate() {
        for (code, hmask) in codes.iter_mut().zip(block.hmask) {
            *code += (hmask >> run << 2 & 4) as i8 - 4;
        }
    }
    codes
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let codes = scaled_dot::<LEN>(&unpack_codes(w), &unpack_scales(&w.scales), &a.qs);
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    sum
}
