//! TQ1_0 in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::codec::integer_dot::dot_i8;
use crate::codec::ternary;
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&codes(block)) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// Codes less one, -1 to 1.
fn codes(block: &Block) -> [i8; 256] {
    let mut codes = [0; 256];
    let (first, rest) = codes.split_at_mut(160);
    let (second, last) = rest.split_at_mut(80);
    digits(&block.qs[..32], first);
    digits(&block.qs[32..], second);
    digits(&block.qh, last);
    codes
}

/// The base 3 digits of bytes, less one: the first digit of every byte, then the second of every byte, and so on.
#[inline(always)]
fn digits(bytes: &[u8], codes: &mut [i8]) {
    let mut power = 1u8;
    for codes in codes.chunks_exact_mut(bytes.len()) {
        for (code, &byte) in codes.iter_mut().zip(bytes) {
            // Multiplying by 3 moves the next digit to the top, above 8 bits.
            *code = ((u16::from(byte.wrapping_mul(power)) * 3) >> 8) as i8 - 1;
        }
        power = power.wrapping_mul(3);
    }
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<256>().0.iter().zip(blocks) {
        let (d, codes) = ternary::codes(values);
        block.d = F16::from_f32(d);
        let (low, high) = block.qs.split_at_mut(32);
        pack(&codes[..160], low);
        pack(&codes[160..240], high);
        pack(&codes[240..], &mut block.qh);
    }
}

/// The inverse of [`digits`]: up to five codes a byte, missing ones zero.
fn pack(codes: &[u8], bytes: &mut [u8]) {
    let digits = codes.len() / bytes.len();
    let stride = bytes.len();
    for (m, byte) in bytes.iter_mut().enumerate() {
        let shift = |packed: u8| packed.wrapping_mul(3);
        let packed = (0..digits).fold(0u8, |packed, n| shift(packed).wrapping_add(codes[stride * n + m]));
        let packed = (digits..5).fold(packed, |packed, _| shift(packed));
        // Rounded up, so that the digits come out of the multiplications exactly.
        *byte = (u16::from(packed) * 256).div_ceil(243) as u8;
    }
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&codes(w), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
