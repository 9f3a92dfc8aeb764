//! Q4_0 in portable Rust.

use super::Block;
use crate::family::signed_max::signed_max;
use crate::formats::q8_0;
use crate::numeric::{F16, Real, truncate};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_0::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, q8_0::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        let (low, high) = out.split_at_mut(16);
        for ((low, high), &qs) in low.iter_mut().zip(high).zip(&block.qs) {
            *low = R::from_i32(i32::from(qs & 15) - 8) * d;
            *high = R::from_i32(i32::from(qs >> 4) - 8) * d;
        }
    }
}

fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.chunks_exact(32).zip(blocks) {
        let (_, max) = signed_max(values);
        let d = max / -8.0;
        let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
        block.d = F16::from_f32(d);
        let code = |value: f32| (truncate(value * inverse + 8.5) as i8).min(15) as u8;
        let (low, high) = values.split_at(16);
        for ((qs, &low), &high) in block.qs.iter_mut().zip(low).zip(high) {
            *qs = code(low) | code(high) << 4;
        }
    }
}

fn dot(weights: &[Block], activation: &[q8_0::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let (low, high) = a.qs.split_at(16);
        let mut codes = 0;
        for ((&qs, &low), &high) in w.qs.iter().zip(low).zip(high) {
            codes += (i32::from(qs & 15) - 8) * i32::from(low);
            codes += (i32::from(qs >> 4) - 8) * i32::from(high);
        }
        sum += codes as f32 * (w.d.to_f32() * a.d.to_f32());
    }
    sum
}
