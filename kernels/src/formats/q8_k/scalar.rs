//! Q8_K in portable Rust.

use super::Block;
use crate::numeric::Real;
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = None;
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = None;

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&block.qs) {
            *out = d * R::from_i32(q.into());
        }
    }
}
