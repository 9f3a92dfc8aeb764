//! Unquantized numbers.

use std::arch::x86_64::__m256;
use std::marker::PhantomData;

use bytemuck::Zeroable;

use super::transpose::sums_f32;
use crate::kernel_set::MatmulShape;
use crate::product::floats_tile::{Decode, FloatLanes, matmul};
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx2;

/// The number of `K`.
type Number<K> = <<K as Floats256>::Scalar as Scalar>::Block;

/// Plain numbers that AVX2 reads.
pub(crate) trait Floats256: 'static {
    /// The format.
    type Scalar: Scalar<Block: Zeroable, Activation = <Self::Scalar as Scalar>::Block>;

    /// Eight numbers.
    fn eight(s: Avx2, numbers: &[Number<Self>; 8]) -> __m256;

    /// The products of two times 16 numbers, added to two sums.
    #[inline(always)]
    fn multiply(s: Avx2, a: &[Number<Self>; 16], b: &[Number<Self>; 16], sums: [__m256; 2]) -> [__m256; 2] {
        let (a, b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
        [
            s.fma(Self::eight(s, &a[0]), Self::eight(s, &b[0]), sums[0]),
            s.fma(Self::eight(s, &a[1]), Self::eight(s, &b[1]), sums[1]),
        ]
    }
}

/// The kernels of a plain format.
pub(crate) struct Floats<K>(PhantomData<K>);

#[inline(always)]
fn padded<B: Zeroable + Copy, const N: usize>(numbers: &[B]) -> [B; N] {
    let mut all = [B::zeroed(); N];
    all[..numbers.len()].copy_from_slice(numbers);
    all
}

/// Adds the products of 32 numbers to four running sums.
#[inline(always)]
fn add_32<K: Floats256>(
    s: Avx2,
    w: &[Number<K>; 32],
    a: &[Number<K>; 32],
    [first, second, third, fourth]: [__m256; 4],
) -> [__m256; 4] {
    let (w, a) = (w.as_chunks::<16>().0, a.as_chunks::<16>().0);
    let [first, second] = K::multiply(s, &w[0], &a[0], [first, second]);
    let [third, fourth] = K::multiply(s, &w[1], &a[1], [third, fourth]);
    [first, second, third, fourth]
}

/// Rows times an activation; each product has one running sum of eight lanes, whatever goes beside it.
#[inline(always)]
fn products<K: Floats256, const R: usize>(s: Avx2, rows: [&[Number<K>]; R], activation: &[Number<K>]) -> [f32; 8] {
    let mut sums = [s.zero_f32(); 8];
    let (whole, rest) = activation.as_chunks();
    for (at, a) in whole.iter().enumerate() {
        let a = K::eight(s, a);
        for r in 0..R {
            sums[r] = s.fma(K::eight(s, &rows[r].as_chunks().0[at]), a, sums[r]);
        }
    }
    if !rest.is_empty() {
        let a = K::eight(s, &padded(rest));
        for r in 0..R {
            sums[r] = s.fma(K::eight(s, &padded(rows[r].as_chunks::<8>().1)), a, sums[r]);
        }
    }
    let mut products = [0.0; 8];
    s.store_f32(&mut products, sums_f32(s, &sums));
    products
}

impl<K: Floats256> SimdKernel<Avx2> for Floats<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Number<K>], activation: &[Number<K>]) -> f32 {
        let mut sums = [s.zero_f32(); 4];
        let ((w, w_rest), (a, a_rest)) = (weights.as_chunks::<32>(), activation.as_chunks::<32>());
        for (w, a) in w.iter().zip(a) {
            sums = add_32::<K>(s, w, a, sums);
        }
        if !w_rest.is_empty() {
            sums = add_32::<K>(s, &padded(w_rest), &padded(a_rest), sums);
        }
        s.sum_f32(s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3])))
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Number<K>], activation: &[Number<K>], out: &mut [f32]) {
        let cols = activation.len();
        let (whole, rest) = out.as_chunks_mut::<8>();
        let (first, last) = weights.split_at(8 * cols * whole.len());
        for (out, rows) in whole.iter_mut().zip(first.chunks_exact(8 * cols)) {
            let rows: [&[Number<K>]; 8] = unrolled!(8; row => &rows[row * cols..][..cols]);
            out.copy_from_slice(&products::<K, 8>(s, rows, activation)[..8]);
        }
        for (out, row) in rest.iter_mut().zip(last.chunks_exact(cols)) {
            *out = products::<K, 1>(s, [row], activation)[0];
        }
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Number<K>], activations: &[Number<K>], shape: MatmulShape, out: &mut [f32]) {
        if shape.batch == 1 {
            return Self::matvec(s, weights, activations, out);
        }
        matmul::<Self, Avx2, Number<K>, 8, 4, 3>(s, weights, activations, shape, out);
    }
}

impl<K: Floats256> Decode<Avx2, Number<K>> for Floats<K> {
    #[inline(always)]
    fn decode(s: Avx2, numbers: &[Number<K>], out: &mut [f32]) {
        let ((numbers, rest), (out, out_rest)) = (numbers.as_chunks::<8>(), out.as_chunks_mut::<8>());
        for (numbers, out) in numbers.iter().zip(out) {
            s.store_f32(out, K::eight(s, numbers));
        }
        let mut last = [0.0; 8];
        s.store_f32(&mut last, K::eight(s, &padded(rest)));
        out_rest.copy_from_slice(&last[..rest.len()]);
    }
}

impl FloatLanes<8> for Avx2 {
    #[inline(always)]
    fn multiply_add(self, a: __m256, b: __m256, sum: __m256) -> __m256 {
        self.fma(a, b, sum)
    }

    #[inline(always)]
    fn sums(self, registers: &[__m256; 8]) -> __m256 {
        sums_f32(self, registers)
    }
}
