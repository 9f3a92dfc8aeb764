//! Formats that only activations have: there is no product to make.

use std::marker::PhantomData;

use crate::kernel_set::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::x86::enter::{Activation, Block, SimdKernel};

/// The kernels of an activation format.
pub(crate) struct Activations<S>(PhantomData<S>);

impl<S: Scalar, T> SimdKernel<T> for Activations<S> {
    type Scalar = S;

    fn dot(_: T, _: &[Block<Self, T>], _: &[Activation<Self, T>]) -> f32 {
        unreachable!("not listed in the kernel set")
    }

    fn matvec(_: T, _: &[Block<Self, T>], _: &[Activation<Self, T>], _: &mut [f32]) {
        unreachable!("not listed in the kernel set")
    }

    fn matmul(_: T, _: &[Block<Self, T>], _: &[Activation<Self, T>], _: MatmulShape, _: &mut [f32]) {
        unreachable!("not listed in the kernel set")
    }
}
