//! Q8_K in portable Rust.

use super::Block;
use crate::codec::extremes::signed_max;
use crate::numeric::{F32, I16, Real, nearest_int};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = Block;

    const WIDE_DEQUANTIZE: bool = true;
    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = None;
    const DOT: Option<DotRow<Block, Block>> = None;

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (out, &q) in out.iter_mut().zip(&block.qs) {
            *out = d * R::from_i32(q.into());
        }
    }
}

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks().0.iter().zip(blocks) {
        let max = signed_max::<256>(values);
        if max == 0.0 {
            *block = Block { d: F32::from_f32(0.0), qs: [0; 256], bsums: [I16::new(0); 16] };
            continue;
        }
        let inverse = -127.0 / max;
        for (q, value) in block.qs.iter_mut().zip(values) {
            *q = nearest_int(inverse * value).min(127) as i8;
        }
        for (sum, group) in block.bsums.iter_mut().zip(block.qs.chunks_exact(16)) {
            *sum = I16::new(group.iter().map(|&q| i16::from(q)).sum());
        }
        block.d = F32::from_f32(1.0 / inverse);
    }
}
