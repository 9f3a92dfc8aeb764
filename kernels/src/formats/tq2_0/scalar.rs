//! TQ2_0 in portable Rust.

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

    const WIDE_DEQUANTIZE: bool = true;
    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&codes(block)) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

/// Codes less one, -1 to 2.
#[inline(always)]
fn codes(block: &Block) -> [i8; 256] {
    let mut codes = [0; 256];
    for (codes, qs) in codes.as_chunks_mut::<128>().0.iter_mut().zip(block.qs.as_chunks::<32>().0) {
        for (l, codes) in codes.as_chunks_mut::<32>().0.iter_mut().enumerate() {
            *codes = qs.map(|qs| (qs >> (2 * l) & 3) as i8 - 1);
        }
    }
    codes
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<256>().0.iter().zip(blocks) {
        let (d, codes) = ternary::codes(values);
        block.d = F16::from_f32(d);
        for (qs, codes) in block.qs.as_chunks_mut::<32>().0.iter_mut().zip(codes.as_chunks::<128>().0) {
            *qs = std::array::from_fn(|m| (0..4).fold(0, |packed, l| packed | (codes[32 * l + m] & 3) << (2 * l)));
        }
    }
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += dot_i8(&codes(w), &a.qs) as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
