//! The kernels of every format in super-blocks.

use super::dot::{dot_of_integers, dot_of_lanes};
use super::format::{Block, SuperBlock, SuperBlocks};
use super::matvec::matvec;
use crate::activation::q8_k;
use crate::operation::MatmulShape;
use crate::product::avx2::super_blocks::SuperBlock as _;
use crate::product::tile;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx512;

impl<K: SuperBlock> SimdKernel<Avx512> for SuperBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dequantize(s: Avx512, blocks: &[Block<K>], out: &mut [f32]) {
        K::Narrow::dequantize(s.narrow(), blocks, out);
    }

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
        if K::OFFSET == 0 {
            dot_of_lanes::<K>(s, weights, activation)
        } else {
            dot_of_integers::<K>(s, weights, activation)
        }
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
        matvec::<K>(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block<K>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        tile::matmul::<Self, Avx512, 16, 4>(s, weights, activations, shape, out);
    }
}
