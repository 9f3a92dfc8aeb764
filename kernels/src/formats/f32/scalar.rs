//! F32 in portable Rust.

use super::Block;
use crate::codec::float_dot::dot_f32;
use crate::numeric::{F32, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        out[0] = R::from_f32(block.value.to_f32());
    }
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (block, &value) in blocks.iter_mut().zip(row) {
        block.value = F32::from_f32(value);
    }
}

fn dot(weights: &[Block], activation: &[Block]) -> f32 {
    dot_f32(weights, activation, |block| block.value.to_f32())
}
