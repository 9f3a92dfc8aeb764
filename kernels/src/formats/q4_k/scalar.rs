//! Q4_K in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::codec::affine_fit::{AffineSearch, Deviation};
use crate::codec::k_affine::{self, SuperBlock};
use crate::numeric::Real;
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    #[inline]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        k_affine::dequantize(block.d, block.dmin, &block.scales, &unpack(block), out);
    }
}

const SEARCH: AffineSearch = AffineSearch { top: 15, first: -1.0, step: 0.1, last: 20, deviation: Deviation::Squared };

const WEIGHTED_SEARCH: AffineSearch = AffineSearch::weighted(15);

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks().0.iter().zip(blocks) {
        *block = pack(&k_affine::quantize(&SEARCH, values));
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    for ((values, importance), block) in row.as_chunks().0.iter().zip(importance.as_chunks().0).zip(blocks) {
        *block = pack(&k_affine::quantize_weighted(&WEIGHTED_SEARCH, u8::MAX, values, importance));
    }
}

fn pack(super_block: &SuperBlock) -> Block {
    let SuperBlock { d, dmin, scales, codes } = super_block;
    let mut qs = [0; 128];
    for (qs, codes) in qs.chunks_exact_mut(32).zip(codes.chunks_exact(64)) {
        let (low, high) = codes.split_at(32);
        for ((qs, low), high) in qs.iter_mut().zip(low).zip(high) {
            *qs = low | high << 4;
        }
    }
    Block { d: *d, dmin: *dmin, scales: *scales, qs }
}

/// The codes in order.
#[inline(always)]
fn unpack(block: &Block) -> [i8; 256] {
    let mut codes = [0; 256];
    for (codes, qs) in codes.chunks_exact_mut(64).zip(block.qs.chunks_exact(32)) {
        let (low, high) = codes.split_at_mut(32);
        for ((low, high), qs) in low.iter_mut().zip(high).zip(qs) {
            *low = (qs & 15) as i8;
            *high = (qs >> 4) as i8;
        }
    }
    codes
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        sum += k_affine::dot(w.d, w.dmin, &w.scales, &unpack(w), a);
    }
    sum
}
