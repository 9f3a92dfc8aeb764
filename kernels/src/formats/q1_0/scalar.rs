//! Q1_0 in portable Rust.

use super::Block;
use crate::activation::q8_0;
use crate::codec::integer_dot::dot_i8;
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_0::Block;

    const WIDE_DEQUANTIZE: bool = true;
    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, q8_0::Block>> = Some(dot);

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, sign) in out.iter_mut().zip(codes::<16, 128>(&block.qs)) {
            *out = if sign > 0 { d } else { -d };
        }
    }
}

/// 1 or -1 for each of 8 weights a byte.
#[inline(always)]
fn codes<const N: usize, const CODES: usize>(qs: &[u8; N]) -> [i8; CODES] {
    const { assert!(CODES == 8 * N) };
    std::array::from_fn(|j| ((qs[j / 8] >> (j % 8) & 1) << 1) as i8 - 1)
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<128>().0.iter().zip(blocks) {
        let sum = values.iter().fold(0.0f32, |sum, value| sum + value.abs());
        block.d = F16::from_f32(sum / 128.0);
        for (qs, values) in block.qs.iter_mut().zip(values.as_chunks::<8>().0) {
            *qs = values.iter().rev().fold(0, |bits, &value| bits << 1 | u8::from(value >= 0.0));
        }
    }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation.as_chunks::<4>().0) {
        let mut scaled = 0.0;
        for (qs, a) in w.qs.as_chunks::<4>().0.iter().zip(a) {
            scaled += a.d.to_f32() * dot_i8(&codes::<4, 32>(qs), &a.qs) as f32;
        }
        sum += w.d.to_f32() * scaled;
    }
    sum
}
