//! The SIMD kernels of a format that only activations have: it is quantized and decoded, and has no products.

use std::marker::PhantomData;

use crate::operation::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::enter::{self, SimdKernel};

/// The kernels of an activation format.
pub(crate) struct ActivationOnly<S>(PhantomData<S>);

impl<S: Scalar, T> SimdKernel<T> for ActivationOnly<S> {
    type Scalar = S;

    fn dot(_: T, _: &[enter::Block<Self, T>], _: &[enter::Activation<Self, T>]) -> f32 {
        unreachable!("not listed in the kernel set")
    }

    fn matvec(_: T, _: &[enter::Block<Self, T>], _: &[enter::Activation<Self, T>], _: &mut [f32]) {
        unreachable!("not listed in the kernel set")
    }

    fn matmul(_: T, _: &[enter::Block<Self, T>], _: &[enter::Activation<Self, T>], _: MatmulShape, _: &mut [f32]) {
        unreachable!("not listed in the kernel set")
    }
}
