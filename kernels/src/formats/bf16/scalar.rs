//! BF16 in portable Rust.

use super::Block;
use crate::codec::float_dot::{dot_f32, matmul_f32};
use crate::numeric::{Bf16, Real};
use crate::operation::MatmulShape;
use crate::scalar::{DotRow, MatmulRows, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = Some(dot);
    const MATMUL: Option<MatmulRows<Block, Block>> = Some(matmul);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        out[0] = R::from_f32(block.value.to_f32());
    }
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (block, &value) in blocks.iter_mut().zip(row) {
        block.value = Bf16::from_f32(value);
    }
}

fn dot(weights: &[Block], activation: &[Block]) -> f32 {
    dot_f32(weights, activation, |block| block.value.to_f32())
}

fn matmul(weights: &[Block], activations: &[Block], shape: MatmulShape, out: &mut [f32]) {
    matmul_f32(weights, activations, shape, out, |block| block.value.to_f32());
}
