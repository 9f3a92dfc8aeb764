//! NVFP4 in portable Rust.

use super::Block;
use crate::activation::q8_0;
use crate::codec::extremes::max_magnitude;
use crate::codec::integer_dot::dot_i8;
use crate::codec::{e2m1, nibbles, ue4m3};
use crate::numeric::Real;
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_0::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, q8_0::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let sub_blocks = block.qs.as_chunks::<8>().0.iter().zip(block.d);
        for (out, (qs, d)) in out.chunks_exact_mut(16).zip(sub_blocks) {
            let d = R::from_f32(ue4m3::half_to_f32(d));
            for (out, q) in out.iter_mut().zip(codes(qs)) {
                *out = R::from_i32(q.into()) * d;
            }
        }
    }
}

/// Twice the E2M1 values of a sub-block.
#[inline(always)]
fn codes(qs: &[u8; 8]) -> [i8; 16] {
    nibbles::unpack(qs, |q| e2m1::VALUES[usize::from(q)])
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<64>().0.iter().zip(blocks) {
        let sub_blocks = values.as_chunks::<16>().0.iter().zip(block.qs.as_chunks_mut::<8>().0);
        for (d, (values, qs)) in block.d.iter_mut().zip(sub_blocks) {
            *d = ue4m3::from_f32(max_magnitude(values) / 6.0);
            *qs = nibbles::pack(&e2m1::nearest(values, ue4m3::half_to_f32(*d)));
        }
    }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation.as_chunks::<2>().0) {
        let halves = w.qs.as_chunks::<16>().0.iter().zip(w.d.as_chunks::<2>().0).zip(a);
        for ((qs, d), a) in halves {
            let sub_blocks = qs.as_chunks::<8>().0.iter().zip(a.qs.as_chunks::<16>().0).zip(d);
            for ((qs, a_qs), &d) in sub_blocks {
                sum += a.d.to_f32() * ue4m3::half_to_f32(d) * dot_i8(&codes(qs), a_qs) as f32;
            }
        }
    }
    sum
}
