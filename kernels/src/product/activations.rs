//! The formats that only activations have: there is no product to make; and what blocks of 32 have in common.

use std::marker::PhantomData;

use crate::activation::{q8_0, q8_1};
use crate::block::Block as BlockLayout;
use crate::numeric::F16;
use crate::operation::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::enter::{self, SimdKernel};

/// The kernels of an activation format.
pub(crate) struct Activations<S>(PhantomData<S>);

impl<S: Scalar, T> SimdKernel<T> for Activations<S> {
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

/// An activation in blocks of 32.
pub(crate) trait Activation: BlockLayout {
    /// Codes.
    fn codes(&self) -> &[i8; 32];
    /// Scale.
    fn d(&self) -> F16;
    /// Scaled sum of the codes; 0 for formats without.
    fn s(&self) -> F16;
}

impl Activation for q8_0::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn d(&self) -> F16 {
        self.d
    }

    #[inline(always)]
    fn s(&self) -> F16 {
        F16::from_bits(0)
    }
}

impl Activation for q8_1::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn d(&self) -> F16 {
        self.d
    }

    #[inline(always)]
    fn s(&self) -> F16 {
        self.s
    }
}
