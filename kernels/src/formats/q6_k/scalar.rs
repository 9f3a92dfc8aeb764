//! Q6_K in portable Rust.

use bytemuck::Zeroable;

use super::Block;
use crate::activation::q8_k;
use crate::codec::extremes::signed_max;
use crate::codec::k_dot::scaled_dot;
use crate::codec::symmetric_fit::{ZERO_BELOW, symmetric_fit};
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
        let codes = unpack(block);
        for ((out, codes), scale) in out.chunks_exact_mut(LEN).zip(codes.chunks_exact(LEN)).zip(block.scales) {
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
        *block = quantized(values, &values.map(|x| x * x));
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    for ((values, importance), block) in row.as_chunks().0.iter().zip(importance.as_chunks().0).zip(blocks) {
        *block = quantized(values, importance);
    }
}

/// Finds the sub-blocks' scales, then rounds the values with the scales as they are stored; a sub-block whose scale
/// became 0 keeps the codes of its fit.
fn quantized(values: &[f32; 256], weights: &[f32; 256]) -> Block {
    let mut codes = [0; 256];
    let mut scales = [0.0; 16];
    let sub_blocks = values.as_chunks::<LEN>().0.iter().zip(weights.as_chunks::<LEN>().0);
    for (((values, weights), codes), scale) in sub_blocks.zip(codes.chunks_exact_mut(LEN)).zip(&mut scales) {
        let fit = symmetric_fit(32, values, weights);
        fit.codes(32, values, codes);
        *scale = fit.scale;
    }
    let max = signed_max(&scales);
    if max.abs() < ZERO_BELOW {
        return Block::zeroed();
    }
    let inverse = -128.0 / max;
    let scales = scales.map(|scale| nearest_int(inverse * scale).min(127) as i8);
    let d = F16::from_f32(1.0 / inverse);
    for ((codes, values), scale) in codes.chunks_exact_mut(LEN).zip(values.chunks_exact(LEN)).zip(scales) {
        let scale = d.to_f32() * f32::from(scale);
        if scale == 0.0 {
            continue;
        }
        for (code, value) in codes.iter_mut().zip(values) {
            *code = (nearest_int(value / scale).clamp(-32, 31) + 32) as u8;
        }
    }

    let mut ql = [0; 128];
    for (ql, codes) in ql.chunks_exact_mut(64).zip(codes.chunks_exact(128)) {
        let (low, high) = codes.split_at(64);
        for ((ql, low), high) in ql.iter_mut().zip(low).zip(high) {
            *ql = low & 15 | high << 4;
        }
    }
    Block { ql, qh: two_bit_codes::pack(&codes.map(|code| code >> 4)), scales, d }
}

/// The codes in order, 32 subtracted.
#[inline(always)]
fn unpack(block: &Block) -> [i8; 256] {
    let mut codes = two_bit_codes::unpack(&block.qh);
    for (codes, ql) in codes.chunks_exact_mut(128).zip(block.ql.chunks_exact(64)) {
        let (low, high) = codes.split_at_mut(64);
        for ((low, high), ql) in low.iter_mut().zip(high).zip(ql) {
            *low = (*low << 4 | (ql & 15) as i8) - 32;
            *high = (*high << 4 | (ql >> 4) as i8) - 32;
        }
    }
    codes
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let codes = scaled_dot::<LEN>(&unpack(w), &w.scales.map(i16::from), &a.qs);
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    sum
}
