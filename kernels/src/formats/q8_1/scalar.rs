//! Q8_1 in portable Rust.

use super::Block;
use crate::formats::q8_0::scalar::codes;
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = None;

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&block.qs) {
            *out = R::from_i32(q.into()) * d;
        }
    }
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        let (d, qs) = codes(values);
        let sum: i32 = qs.iter().map(|&q| i32::from(q)).sum();
        *block = Block { d: F16::from_f32(d), s: F16::from_f32(sum as f32 * d), qs };
    }
}
