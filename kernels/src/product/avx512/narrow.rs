//! Dot products in registers of 256 bits.

use std::marker::PhantomData;

use crate::kernel_set::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Avx2, Avx512};

/// The kernels of `Wide` but for the dot product of one row, which is `Narrow`'s, compiled for AVX-512's registers and
/// encodings: for codebooks that are loaded a group at a time, which wider registers only make harder to fill.
pub(crate) struct NarrowDot<Narrow, Wide>(PhantomData<(Narrow, Wide)>);

impl<Narrow, Wide> SimdKernel<Avx512> for NarrowDot<Narrow, Wide>
where
    Wide: SimdKernel<Avx512>,
    Narrow: SimdKernel<Avx2, Scalar = Wide::Scalar>,
{
    type Scalar = Wide::Scalar;

    #[inline(always)]
    fn dot(
        s: Avx512,
        weights: &[<Self::Scalar as Scalar>::Block],
        activation: &[<Self::Scalar as Scalar>::Activation],
    ) -> f32 {
        Narrow::dot(s.narrow(), weights, activation)
    }

    #[inline(always)]
    fn matvec(
        s: Avx512,
        weights: &[<Self::Scalar as Scalar>::Block],
        activation: &[<Self::Scalar as Scalar>::Activation],
        out: &mut [f32],
    ) {
        Wide::matvec(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(
        s: Avx512,
        weights: &[<Self::Scalar as Scalar>::Block],
        activations: &[<Self::Scalar as Scalar>::Activation],
        shape: MatmulShape,
        out: &mut [f32],
    ) {
        Wide::matmul(s, weights, activations, shape, out);
    }
}
