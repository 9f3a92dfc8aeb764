//! The kernels of every format in super-blocks.

use super::dot::{dot_of_integers, dot_of_lanes};
use super::format::{Block, Kind, SuperBlock, SuperBlocks};
use super::matvec::matvec;
use crate::activation::q8_k;
use crate::operation::MatmulShape;
use crate::product::tile;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx2;

impl<K: SuperBlock> SimdKernel<Avx2> for SuperBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dequantize(s: Avx2, blocks: &[Block<K>], out: &mut [f32]) {
        K::dequantize(s, blocks, out);
    }

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
        if K::Kind::OFFSET {
            dot_of_integers::<Self, Avx2>(s, weights, activation)
        } else {
            dot_of_lanes::<K>(s, weights, activation)
        }
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
        matvec::<Self, Avx2>(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Block<K>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        tile::matmul::<Self, Avx2, 8, 3>(s, weights, activations, shape, out);
    }
}
