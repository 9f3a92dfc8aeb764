//! The kernels of every format in blocks.

use super::dot::dot;
use super::format::{Act, Block, Blocks, Blocks512};
use super::matvec::{matvec, matvec_of_halves};
use crate::operation::MatmulShape;
use crate::product::tile;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx512;

impl<K: Blocks512> SimdKernel<Avx512> for Blocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
        dot::<K>(s, weights, activation)
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
        if let Ok(activation) = activation.try_into() {
            matvec_of_halves::<K>(s, weights, activation, out);
        } else if activation.len() < 16 {
            K::Narrow::matvec(s.narrow(), weights, activation, out);
        } else {
            matvec::<K>(s, weights, activation, out);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block<K>], activations: &[Act<K>], shape: MatmulShape, out: &mut [f32]) {
        tile::matmul::<Self, Avx512, 16, 4>(s, weights, activations, shape, out);
    }
}
