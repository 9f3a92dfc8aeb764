//! The kernels of every format in blocks.

use super::dot::dot;
use super::format::{Act, Block, Blocks, Blocks256, Codes};
use super::matvec::matvec;
use crate::operation::MatmulShape;
use crate::product::tile;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx2;

/// How codes of `K` are multiplied where [`Blocks256::Codes`] is not exact.
type Exact<K> = <<K as Blocks256>::Codes as Codes<K>>::Exact;

impl<K: Blocks256> SimdKernel<Avx2> for Blocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
        let (product, least) = dot::<K, K::Codes>(s, weights, activation);
        if K::Codes::is_exact(s, least) { product } else { dot::<K, Exact<K>>(s, weights, activation).0 }
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
        if K::Codes::is_exact_for(s, activation) {
            matvec::<K, K::Codes>(s, weights, activation, out);
        } else {
            matvec::<K, Exact<K>>(s, weights, activation, out);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Block<K>], activations: &[Act<K>], shape: MatmulShape, out: &mut [f32]) {
        tile::matmul::<Self, Avx2, 8, 3>(s, weights, activations, shape, out);
    }
}
