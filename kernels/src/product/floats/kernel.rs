//! The kernels of every plain format.

use std::marker::PhantomData;

use super::format::{Floats, Number};
use super::rows::{dot, matvec};
use super::tile;
use crate::operation::MatmulShape;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Avx2, Avx512};

/// The kernels of a plain format.
pub(crate) struct FloatKernel<K>(PhantomData<K>);

macro_rules! kernel {
    ($token:ident, $lanes:literal) => {
        impl<K: Floats<$token, $lanes>> SimdKernel<$token> for FloatKernel<K> {
            type Scalar = K::Scalar;

            #[inline(always)]
            fn dot(
                token: $token,
                weights: &[Number<K, $token, $lanes>],
                activation: &[Number<K, $token, $lanes>],
            ) -> f32 {
                dot::<K, $token, $lanes>(token, weights, activation)
            }

            #[inline(always)]
            fn matvec(
                token: $token,
                weights: &[Number<K, $token, $lanes>],
                activation: &[Number<K, $token, $lanes>],
                out: &mut [f32],
            ) {
                matvec::<K, $token, $lanes>(token, weights, activation, out);
            }

            #[inline(always)]
            fn matmul(
                token: $token,
                weights: &[Number<K, $token, $lanes>],
                activations: &[Number<K, $token, $lanes>],
                shape: MatmulShape,
                out: &mut [f32],
            ) {
                if shape.batch == 1 {
                    return Self::matvec(token, weights, activations, out);
                }
                tile::matmul::<K, $token, $lanes, { $lanes / 2 }, 3>(token, weights, activations, shape, out);
            }
        }
    };
}

kernel!(Avx2, 8);
kernel!(Avx512, 16);
