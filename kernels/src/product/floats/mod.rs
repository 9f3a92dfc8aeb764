//! Unquantized numbers, in registers of any width.

mod tile;

use std::marker::PhantomData;

use super::padded::padded;
use crate::operation::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::Lanes;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Avx2, Avx512};

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
type Number<K, T, const L: usize> = <<K as Floats<T, L>>::Scalar as Scalar>::Block;

/// Adds the products of four registers of numbers to four running sums.
#[inline(always)]
fn add_four<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(
    token: T,
    w: &[[Number<K, T, L>; L]; 4],
    a: &[[Number<K, T, L>; L]; 4],
    [first, second, third, fourth]: [T::Numbers; 4],
) -> [T::Numbers; 4] {
    let (w, a) = (w.as_chunks::<2>().0, a.as_chunks::<2>().0);
    let [first, second] = K::multiply(token, &w[0], &a[0], [first, second]);
    let [third, fourth] = K::multiply(token, &w[1], &a[1], [third, fourth]);
    [first, second, third, fourth]
}

/// A row times an activation.
#[inline(always)]
fn dot<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(
    token: T,
    weights: &[Number<K, T, L>],
    activation: &[Number<K, T, L>],
) -> f32 {
    let mut sums = [token.zeros(); 4];
    let (w, a) = (weights.as_chunks().0.as_chunks::<4>().0, activation.as_chunks().0.as_chunks::<4>().0);
    for (w, a) in w.iter().zip(a) {
        sums = add_four::<K, T, L>(token, w, a, sums);
    }
    let (w_rest, a_rest) = (&weights[4 * L * w.len()..], &activation[4 * L * a.len()..]);
    if !w_rest.is_empty() {
        sums = add_four::<K, T, L>(token, &padded(w_rest), &padded(a_rest), sums);
    }
    token.sum(token.add(token.add(sums[0], sums[1]), token.add(sums[2], sums[3])))
}

/// Rows times an activation; each product has one running sum of `L` lanes, whatever goes beside it.
#[inline(always)]
fn products<K: Floats<T, L>, T: FloatLanes<L>, const L: usize, const R: usize>(
    token: T,
    rows: [&[Number<K, T, L>]; R],
    activation: &[Number<K, T, L>],
) -> [f32; L] {
    let mut sums = [token.zeros(); L];
    let (whole, rest) = activation.as_chunks();
    for (at, a) in whole.iter().enumerate() {
        let a = K::load(token, a);
        for r in 0..R {
            sums[r] = token.multiply_add(K::load(token, &rows[r].as_chunks().0[at]), a, sums[r]);
        }
    }
    if !rest.is_empty() {
        let a = K::load(token, &padded(rest));
        for r in 0..R {
            sums[r] = token.multiply_add(K::load(token, &padded(rows[r].as_chunks::<L>().1)), a, sums[r]);
        }
    }
    let mut products = [0.0; L];
    token.write(&mut products, token.sums(&sums));
    products
}

/// Rows times an activation, as many rows at a time as a register has lanes.
#[inline(always)]
fn matvec<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(
    token: T,
    weights: &[Number<K, T, L>],
    activation: &[Number<K, T, L>],
    out: &mut [f32],
) {
    let cols = activation.len();
    let (whole, rest) = out.as_chunks_mut::<L>();
    let (first, last) = weights.split_at(L * cols * whole.len());
    for (out, together) in whole.iter_mut().zip(first.chunks_exact(L * cols)) {
        let mut rows: [&[Number<K, T, L>]; L] = [&[]; L];
        for row in 0..L {
            rows[row] = &together[row * cols..][..cols];
        }
        *out = products::<K, T, L, L>(token, rows, activation);
    }
    for (out, row) in rest.iter_mut().zip(last.chunks_exact(cols)) {
        *out = products::<K, T, L, 1>(token, [row], activation)[0];
    }
}

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
