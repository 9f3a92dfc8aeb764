//! Q2_0 in portable Rust.

use super::Block;
use crate::activation::q8_0;
use crate::codec::extremes::max_magnitude;
use crate::codec::integer_dot::dot_i8;
use crate::numeric::{F16, Real, round_to_int};
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
        for (out, q) in out.iter_mut().zip(codes::<16, 64>(&block.qs)) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// Codes less one, -1 to 2, four a byte.
#[inline(always)]
fn codes<const N: usize, const CODES: usize>(qs: &[u8; N]) -> [i8; CODES] {
    const { assert!(CODES == 4 * N) };
    std::array::from_fn(|j| (qs[j / 4] >> (2 * (j % 4)) & 3) as i8 - 1)
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<64>().0.iter().zip(blocks) {
        let d = max_magnitude(values);
        let inverse = if d > 0.0 { 1.0 / d } else { 0.0 };
        block.d = F16::from_f32(d);
        let codes =
            round_to_int(values.map(|value| value * inverse)).map(|code| code.wrapping_add(1).clamp(0, 3) as u8);
        for (qs, codes) in block.qs.iter_mut().zip(codes.as_chunks::<4>().0) {
            *qs = codes.iter().rev().fold(0, |packed, code| packed << 2 | code);
        }
    }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation.as_chunks::<2>().0) {
        let mut scaled = 0.0;
        for (qs, a) in w.qs.as_chunks::<8>().0.iter().zip(a) {
            scaled += a.d.to_f32() * dot_i8(&codes::<8, 32>(qs), &a.qs) as f32;
        }
        sum += w.d.to_f32() * scaled;
    }
    sum
}
