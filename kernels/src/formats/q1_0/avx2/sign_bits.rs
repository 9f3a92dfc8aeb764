//! Products of sign bits that are not turned into codes.
//!
//! A bit is multiplied at its place p of a byte, as 0 or 2^p; sums of pairs of products are multiplied by factors that
//! make every place count the same, [`FACTOR`] times. Half of the activations' sum is subtracted, as a bit stands for
//! -1 or 1.

use std::arch::x86_64::__m256;
use std::hint::black_box;

use super::unpack::Unpack;
use crate::activation::q8_0;
use crate::formats::q1_0::{Block, scalar};
use crate::numeric::f16_table;
use crate::operation::MatmulShape;
use crate::product::avx2::blocks::Blocks;
use crate::product::avx2::halves::{eight, scales as activation_scales};
use crate::product::avx2::transpose::sums;
use crate::product::unrolled;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Aligned, Avx2};

/// The kernels of a sign bit a weight.
pub(crate) struct SignBits;

/// The factor that products have before they are scaled.
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
        let (whole, rest) = activation.as_chunks::<8>();
        if !rest.is_empty() {
            return Blocks::<Unpack>::matvec(s, weights, activation, out);
        }
        let row_blocks = 2 * whole.len();
        for (group, out) in out.chunks_mut(8).enumerate() {
            let rows = &weights[8 * group * row_blocks..][..out.len() * row_blocks];
            // The last row stands in for rows that the last eight lack.
            let rows: [&[[Block; 2]]; 8] =
                unrolled!(8; row => rows[row.min(out.len() - 1) * row_blocks..][..row_blocks].as_chunks().0);
            let mut sum = s.zero_f32();
            for (index, a) in whole.iter().enumerate() {
                sum = rows_of_chunk(s, unrolled!(8; row => &rows[row][index]), a, sum);
            }
            let all: [f32; 8] = bytemuck::cast(sum);
            out.copy_from_slice(&all[..out.len()]);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Block], activations: &[q8_0::Block], shape: MatmulShape, out: &mut [f32]) {
        Blocks::<Unpack>::matmul(s, weights, activations, shape, out);
    }
}

/// The products of a block's bits with an activation, without the block's scale, [`FACTOR`] times.
///
/// The bits of two neighbours are moved to the same odd place p. Subtracting 2^(p - 1) from 0 or 2^p leaves the same
/// magnitude with the sign of the weight.
#[inline(always)]
fn products_of_block(s: Avx2, block: &Block, activation: &[q8_0::Block; 4]) -> __m256 {
    const PLACES: [u8; 8] = [2, 2, 8, 8, 32, 32, 128, 128];
    const HALVES: [u8; 8] = [1, 1, 4, 4, 16, 16, 64, 64];
    /// Even weights take theirs from the copy that is shifted by one place, which follows the bits of the same 32
    /// weights.
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

/// Adds the products of 256 weights of eight rows, a lane a row.
///
/// Activations that are eight apart become neighbours, as their bits have the same place in a byte.
#[inline(always)]
fn rows_of_chunk(s: Avx2, rows: [&[Block; 2]; 8], a: &[q8_0::Block; 8], mut sum: __m256) -> __m256 {
    const PLACES: [u8; 16] = [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 64, 64, 128, 128];
    const FACTORS: [i16; 8] = [128, 64, 32, 16, 8, 4, 2, 1];
    const EIGHT_APART: [u8; 16] = [0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15];
    const BYTES: [[[u8; 2]; 8]; 2] = [[[0, 1]; 8], [[2, 3]; 8]];
    // The index is opaque: a shuffle with a known one is split into several.
    let bytes = s.made(s.load(&BYTES));
    let scales: [__m256; 2] = unrolled!(2; at => eight(s, unrolled!(8; row => rows[row][at].d)));
    let activation = s.mul_f32(activation_scales(s, a), s.set1_f32(1.0 / f32::from(FACTOR)));
    // Stored, so that loads broadcast each number: load ports are idle, the ports of shuffles are not.
    let Aligned(of_activation): Aligned<[f32; 8]> = black_box(Aligned(bytemuck::cast(activation)));
    let mut halves = [s.zero(); 8];
    for (halves, a) in halves.iter_mut().zip(a) {
        *halves = s.multiply_pairs_i16(s.multiply_pairs_u8_i8(s.set1_i8(1), s.load(&a.qs)), s.set1_i16(FACTOR));
    }
    let Aligned(halves): Aligned<[i32; 8]> = black_box(Aligned(bytemuck::cast(sums(s, &halves))));
    for index in 0..8 {
        let y = s.shuffle_u8(s.load(&a[index].qs), s.load(&[EIGHT_APART; 2]));
        let mut integers = [s.zero(); 8];
        for (integers, row) in integers.iter_mut().zip(rows) {
            let bits = u32::from_le_bytes(row[index / 4].qs.as_chunks().0[index % 4]);
            let bits = s.and(s.shuffle_u8(s.set1_i32(bits as i32), bytes), s.load(&[PLACES; 2]));
            *integers = s.multiply_pairs_i16(s.multiply_pairs_u8_i8(bits, y), s.load(&[FACTORS; 2]));
        }
        let integers = s.sub_i32(sums(s, &integers), s.set1_i32(halves[index]));
        let scales = s.mul_f32(scales[index / 4], s.set1_f32(of_activation[index]));
        sum = s.fma(s.to_f32(integers), scales, sum);
    }
    sum
}
