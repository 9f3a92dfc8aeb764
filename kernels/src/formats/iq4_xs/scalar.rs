//! IQ4_XS in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::codec::integer_dot::dot_i8;
use crate::codec::{iq4, nibbles};
use crate::formats::iq4_nl::scalar::codes;
use crate::numeric::{F16, Real, U16, nearest_int};
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
        let sub_blocks = block.qs.as_chunks::<16>().0.iter().zip(scales(block));
        for (out, (qs, scale)) in out.chunks_exact_mut(32).zip(sub_blocks) {
            let d = d * R::from_i32(scale);
            for (out, &q) in out.iter_mut().zip(&codes(qs)) {
                *out = d * R::from_i32(q.into());
            }
        }
    }
}

/// The scales of the sub-blocks, -32 to 31.
#[inline(always)]
fn scales(block: &Block) -> [i32; 8] {
    let high = block.scales_h.get();
    std::array::from_fn(|b| {
        let low = block.scales_l[b / 2] >> (4 * (b % 2)) & 15;
        i32::from(low) + (i32::from(high >> (2 * b) & 3) << 4) - 32
    })
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<256>().0.iter().zip(blocks) {
        *block = quantize_block(values, None);
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let rows = row.as_chunks::<256>().0.iter().zip(importance.as_chunks::<256>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        *block = quantize_block(values, Some(importance));
    }
}

fn quantize_block(values: &[f32; 256], importance: Option<&[f32; 256]>) -> Block {
    let sigma2 = iq4::sigma2(values);
    let sub_blocks = values.as_chunks::<32>().0;
    let best: [f32; 8] = std::array::from_fn(|b| {
        let importance = importance.map(|importance| &importance.as_chunks::<32>().0[b]);
        iq4::best_scale(&sub_blocks[b], &iq4::error_weights(&sub_blocks[b], importance, sigma2))
    });
    let largest = best.iter().fold(0.0f32, |most, &scale| if scale.abs() > most.abs() { scale } else { most });
    let d = -largest / 32.0;
    let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
    let (mut scales_h, mut scales_l) = (0, [0; 4]);
    let mut qs = [0; 128];
    for (b, qs) in qs.as_chunks_mut::<16>().0.iter_mut().enumerate() {
        let scale = nearest_int(inverse * best[b]).clamp(-32, 31);
        let sub_d = d * scale as f32;
        let sub_inverse = if sub_d != 0.0 { 1.0 / sub_d } else { 0.0 };
        *qs = nibbles::pack(&sub_blocks[b].map(|value| iq4::nearest(sub_inverse * value)));
        let stored = (scale + 32) as u16;
        scales_l[b / 2] |= (stored as u8 & 15) << (4 * (b % 2));
        scales_h |= (stored >> 4) << (2 * b);
    }
    Block { d: F16::from_f32(d), scales_h: U16::new(scales_h), scales_l, qs }
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let mut codes_sum = 0;
        let sub_blocks = w.qs.as_chunks::<16>().0.iter().zip(a.qs.as_chunks::<32>().0);
        for ((qs, a_qs), scale) in sub_blocks.zip(scales(w)) {
            codes_sum += scale * dot_i8(&codes(qs), a_qs);
        }
        sum += w.d.to_f32() * a.d.to_f32() * codes_sum as f32;
    }
    sum
}
