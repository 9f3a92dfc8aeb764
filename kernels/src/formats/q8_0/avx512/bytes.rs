//! Products of codes as they are stored, in registers of 256 bits.

use std::arch::x86_64::__m256;

use super::unpack::Unpack;
use crate::formats::q8_0::{Block, avx2, scalar};
use crate::numeric::f16_table;
use crate::operation::MatmulShape;
use crate::product::avx512::blocks::Blocks;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx512;

/// [`Blocks`] for products of matrices, and registers of 256 bits for one activation: a block fills half of a wide
/// register, and joining two blocks takes as long as multiplying them apart, which has one more port.
pub(crate) struct Bytes;

impl SimdKernel<Avx512> for Bytes {
    type Scalar = scalar::Kernel;

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block], activation: &[Block]) -> f32 {
        let narrow = s.narrow();
        let mut sums = [narrow.zero_f32(); 4];
        let ((weights, w), (activation, a)) = (weights.as_chunks::<4>(), activation.as_chunks::<4>());
        for (weights, activation) in weights.iter().zip(activation) {
            for at in 0..4 {
                sums[at] = add_block(s, &weights[at], &activation[at], sums[at]);
            }
        }
        for (w, a) in w.iter().zip(a) {
            sums[0] = add_block(s, w, a, sums[0]);
        }
        narrow.sum_f32(narrow.add_f32(narrow.add_f32(sums[0], sums[1]), narrow.add_f32(sums[2], sums[3])))
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block], activation: &[Block], out: &mut [f32]) {
        avx2::Kernel::matvec(s.narrow(), weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block], activations: &[Block], shape: MatmulShape, out: &mut [f32]) {
        Blocks::<Unpack>::matmul(s, weights, activations, shape, out);
    }
}

/// Adds the products of a block.
#[inline(always)]
fn add_block(s: Avx512, weights: &Block, activation: &Block, sum: __m256) -> __m256 {
    let narrow = s.narrow();
    let sign = narrow.set1_i8(i8::MIN);
    let (w, y) = (narrow.load(&weights.qs), narrow.load(&activation.qs));
    // With its sign bit inverted a code has 128 added.
    let products = s.dot_u8_i8_256(narrow.zero(), narrow.xor(w, sign), y);
    let integers = narrow.sub_i32(products, s.dot_u8_i8_256(narrow.zero(), sign, y));
    let scaled = narrow.mul_f32(narrow.to_f32(integers), narrow.set1_f32(f16_table::get(activation.d)));
    narrow.fma(scaled, narrow.set1_f32(f16_table::get(weights.d)), sum)
}
