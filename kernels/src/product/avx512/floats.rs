//! Unquantized numbers.

use std::arch::x86_64::__m512;
use std::marker::PhantomData;

use bytemuck::Zeroable;

use super::transpose::sums_f32;
use crate::kernel_set::MatmulShape;
use crate::product::floats_tile::{Decode, FloatLanes, matmul};
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx512;

/// The number of `K`.
type Number<K> = <<K as Floats512>::Scalar as Scalar>::Block;

/// Plain numbers that AVX-512 reads.
pub(crate) trait Floats512: 'static {
    /// The format.
    type Scalar: Scalar<Block: Zeroable, Activation = <Self::Scalar as Scalar>::Block>;

    /// Sixteen numbers.
    fn sixteen(s: Avx512, numbers: &[Number<Self>; 16]) -> __m512;

    /// The products of two times 32 numbers, added to two sums.
    #[inline(always)]
    fn multiply(s: Avx512, a: &[Number<Self>; 32], b: &[Number<Self>; 32], sums: [__m512; 2]) -> [__m512; 2] {
        let (a, b) = (a.as_chunks::<16>().0, b.as_chunks::<16>().0);
        [
            s.fma(Self::sixteen(s, &a[0]), Self::sixteen(s, &b[0]), sums[0]),
            s.fma(Self::sixteen(s, &a[1]), Self::sixteen(s, &b[1]), sums[1]),
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

/// Adds the products of 64 numbers to four running sums.
#[inline(always)]
fn add_64<K: Floats512>(
    s: Avx512,
    w: &[Number<K>; 64],
    a: &[Number<K>; 64],
    [first, second, third, fourth]: [__m512; 4],
) -> [__m512; 4] {
    let (w, a) = (w.as_chunks::<32>().0, a.as_chunks::<32>().0);
    let [first, second] = K::multiply(s, &w[0], &a[0], [first, second]);
    let [third, fourth] = K::multiply(s, &w[1], &a[1], [third, fourth]);
    [first, second, third, fourth]
}

/// Rows times an activation; each product has one running sum of sixteen lanes, whatever goes beside it.
#[inline(always)]
fn products<K: Floats512, const R: usize>(s: Avx512, rows: [&[Number<K>]; R], activation: &[Number<K>]) -> [f32; 16] {
    let mut sums = [s.zero_f32(); 16];
    let (whole, rest) = activation.as_chunks();
    for (at, a) in whole.iter().enumerate() {
        let a = K::sixteen(s, a);
        for r in 0..R {
            sums[r] = s.fma(K::sixteen(s, &rows[r].as_chunks().0[at]), a, sums[r]);
        }
    }
    if !rest.is_empty() {
        let a = K::sixteen(s, &padded(rest));
        for r in 0..R {
            sums[r] = s.fma(K::sixteen(s, &padded(rows[r].as_chunks::<16>().1)), a, sums[r]);
        }
    }
    let mut products = [0.0; 16];
    s.store_f32(&mut products, sums_f32(s, &sums));
    products
}

impl<K: Floats512> SimdKernel<Avx512> for Floats<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Number<K>], activation: &[Number<K>]) -> f32 {
        let mut sums = [s.zero_f32(); 4];
        let ((w, w_rest), (a, a_rest)) = (weights.as_chunks::<64>(), activation.as_chunks::<64>());
        for (w, a) in w.iter().zip(a) {
            sums = add_64::<K>(s, w, a, sums);
        }
        if !w_rest.is_empty() {
            sums = add_64::<K>(s, &padded(w_rest), &padded(a_rest), sums);
        }
        s.sum_f32(s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3])))
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Number<K>], activation: &[Number<K>], out: &mut [f32]) {
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
    fn matmul(s: Avx512, weights: &[Number<K>], activations: &[Number<K>], shape: MatmulShape, out: &mut [f32]) {
        if shape.batch == 1 {
            return Self::matvec(s, weights, activations, out);
        }
        matmul::<Self, Avx512, Number<K>, 16, 8, 3>(s, weights, activations, shape, out);
    }
}

impl<K: Floats512> Decode<Avx512, Number<K>> for Floats<K> {
    #[inline(always)]
    fn decode(s: Avx512, numbers: &[Number<K>], out: &mut [f32]) {
        let ((numbers, rest), (out, out_rest)) = (numbers.as_chunks::<16>(), out.as_chunks_mut::<16>());
        for (numbers, out) in numbers.iter().zip(out) {
            s.store_f32(out, K::sixteen(s, numbers));
        }
        let mut last = [0.0; 16];
        s.store_f32(&mut last, K::sixteen(s, &padded(rest)));
        out_rest.copy_from_slice(&last[..rest.len()]);
    }
}

impl FloatLanes<16> for Avx512 {
    #[inline(always)]
    fn multiply_add(self, a: __m512, b: __m512, sum: __m512) -> __m512 {
        self.fma(a, b, sum)
    }

    #[inline(always)]
    fn sums(self, registers: &[__m512; 16]) -> __m512 {
        sums_f32(self, registers)
    }
}
