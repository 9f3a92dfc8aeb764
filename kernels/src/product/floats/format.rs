//! The operations of a token on numbers, and how a format loads them.

use crate::scalar::Scalar;
use crate::simd::Lanes;

/// A token that multiplies numbers.
pub(crate) trait FloatLanes<const L: usize>: Lanes<L> {
    /// `a` times `b`, added to `sum` with one rounding.
    fn multiply_add(self, a: Self::Numbers, b: Self::Numbers, sum: Self::Numbers) -> Self::Numbers;

    /// `a` and `b` added.
    fn add(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;

    /// The sum of all lanes.
    fn sum(self, a: Self::Numbers) -> f32;

    /// The sum of all lanes of register i in lane i.
    fn sums(self, registers: &[Self::Numbers; L]) -> Self::Numbers;
}

/// Plain numbers that a token reads.
pub(crate) trait Floats<T: FloatLanes<L>, const L: usize>: 'static {
    /// The format.
    type Scalar: Scalar<Activation = <Self::Scalar as Scalar>::Block>;

    /// A register of numbers.
    fn load(token: T, numbers: &[Number<Self, T, L>; L]) -> T::Numbers;

    /// The products of two registers of numbers with two others, added to two sums.
    #[inline(always)]
    fn multiply(
        token: T,
        a: &[[Number<Self, T, L>; L]; 2],
        b: &[[Number<Self, T, L>; L]; 2],
        sums: [T::Numbers; 2],
    ) -> [T::Numbers; 2] {
        [
            token.multiply_add(Self::load(token, &a[0]), Self::load(token, &b[0]), sums[0]),
            token.multiply_add(Self::load(token, &a[1]), Self::load(token, &b[1]), sums[1]),
        ]
    }
}

/// The number of `K`.
pub(super) type Number<K, T, const L: usize> = <<K as Floats<T, L>>::Scalar as Scalar>::Block;
