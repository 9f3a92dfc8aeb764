//! Q1_0: a sign bit a weight, multiplied without being turned into a code.
//!
//! A bit that stays at a place p of its byte counts 0 or 2^p, and pairs of products are added up by factors that bring all
//! to [`FACTOR`] times the same.

use std::arch::x86_64::__m256;

use super::blocks::Blocks;
use crate::formats::q1_0::Block;
use crate::formats::q1_0::avx2::Unpack;
use crate::formats::q1_0::scalar;
use crate::formats::q8_0;
use crate::kernel_set::MatmulShape;
use crate::numeric::f16_table;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx2;

/// The kernels of [`Blocks`] but for `dot`.
pub(crate) struct SignBits;

/// Times how much products come out.
const FACTOR: i16 = 64;

impl SimdKernel<Avx2> for SignBits {
    type Scalar = scalar::Kernel;

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Block], activation: &[q8_0::Block]) -> f32 {
        let mut sum = s.zero_f32();
        for (block, a) in weights.iter().zip(activation.as_chunks::<4>().0) {
            let products = s.set1_f32(f16_table::get(block.d));
            sum = s.fma(products_of_block(s, block, a), products, sum);
        }
        s.sum_f32(sum) * (1.0 / f32::from(FACTOR))
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Block], activation: &[q8_0::Block], out: &mut [f32]) {
        Blocks::<Unpack>::matvec(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Block], activations: &[q8_0::Block], shape: MatmulShape, out: &mut [f32]) {
        Blocks::<Unpack>::matmul(s, weights, activations, shape, out);
    }
}

/// The products of a block's bits with an activation, without the block's scale, [`FACTOR`] times.
///
/// The bits of two neighbours are brought to the same odd place p. Half of 2^p is what both 0 and 2^p differ by from the
/// middle, which is taken off each pair.
#[inline(always)]
fn products_of_block(s: Avx2, block: &Block, activation: &[q8_0::Block; 4]) -> __m256 {
    const PLACES: [u8; 8] = [2, 2, 8, 8, 32, 32, 128, 128];
    const HALVES: [u8; 8] = [1, 1, 4, 4, 16, 16, 64, 64];
    /// Even weights take theirs from the bits that are a place higher, behind those of the same 32 weights.
    static BYTES: [[[u8; 8]; 4]; 2] = [
        [[4, 0, 4, 0, 4, 0, 4, 0], [5, 1, 5, 1, 5, 1, 5, 1], [6, 2, 6, 2, 6, 2, 6, 2], [7, 3, 7, 3, 7, 3, 7, 3]],
        [
            [12, 8, 12, 8, 12, 8, 12, 8],
            [13, 9, 13, 9, 13, 9, 13, 9],
            [14, 10, 14, 10, 14, 10, 14, 10],
            [15, 11, 15, 11, 15, 11, 15, 11],
        ],
    ];
    let bits = s.twice(s.load_128(&block.qs));
    let higher = s.add_i8(bits, bits);
    let both = [s.unpack_low_u32(bits, higher), s.unpack_high_u32(bits, higher)];
    let mut sum = s.zero_f32();
    let _: [(); 4] = unrolled!(4; index => {
        let y = s.load(&activation[index].qs);
        let bits = s.and(s.shuffle_u8(both[index / 2], s.load(&BYTES[index % 2])), s.load(&[PLACES; 4]));
        let halves = s.multiply_pairs_u8_i8(s.load(&[HALVES; 4]), y);
        let pairs = s.sub_i16(s.multiply_pairs_u8_i8(bits, y), halves);
        let factors = s.load(&[[FACTOR, FACTOR / 4, FACTOR / 16, FACTOR / 64]; 4]);
        let scale = s.set1_f32(f16_table::get(activation[index].d));
        sum = s.fma(s.to_f32(s.multiply_pairs_i16(pairs, factors)), scale, sum);
    });
    sum
}
