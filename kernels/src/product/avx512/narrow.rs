//! Dot products in registers of 256 bits.

use std::marker::PhantomData;

use crate::operation::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx512;

/// `Wide` for products of matrices and `Narrow`, compiled for AVX-512's registers and encodings, for one activation:
/// codebooks are loaded a group at a time, and wider registers take more instructions to fill than they save.
pub(crate) struct Narrowed<Narrow, Wide>(PhantomData<(Narrow, Wide)>);

impl<Narrow, Wide> SimdKernel<Avx512> for Narrowed<Narrow, Wide>
where
    Wide: SimdKernel<Avx512>,
    Narrow: SimdKernel<Avx512, Scalar = Wide::Scalar>,
{
    type Scalar = Wide::Scalar;

    #[inline(always)]
    fn dot(
        s: Avx512,
        weights: &[<Self::Scalar as Scalar>::Block],
        activation: &[<Self::Scalar as Scalar>::Activation],
    ) -> f32 {
        Narrow::dot(s, weights, activation)
    }

    #[inline(always)]
    fn matvec(
        s: Avx512,
        weights: &[<Self::Scalar as Scalar>::Block],
        activation: &[<Self::Scalar as Scalar>::Activation],
        out: &mut [f32],
    ) {
        Narrow::matvec(s, weights, activation, out);
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
