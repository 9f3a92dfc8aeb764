//! Activations in blocks of 32, as the products of blocks need them.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::bytes_of;

use super::scales::{scales, scales_and_mins};
use crate::activation::of_32::Of32;
use crate::activation::{q8_0, q8_1};
use crate::product::avx512::transpose::halves;
use crate::simd::x86::Avx512;

/// An activation in blocks of 32.
pub(crate) trait Activation: Of32 {
    /// The codes of the `quad`-th four of sixteen blocks: the first halves of all four, then the second halves.
    fn halves(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2];
    /// Scales of sixteen blocks.
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512;
    /// For each of sixteen blocks its scale and its scaled sum; undefined for formats without.
    fn scales_and_sums(s: Avx512, blocks: &[Self; 16]) -> [__m512; 2];
}

impl Activation for q8_0::Block {
    #[inline(always)]
    fn halves(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2] {
        let pairs =
            unrolled!(2; two => s.load_pair(&blocks[4 * quad + 2 * two].qs, &blocks[4 * quad + 2 * two + 1].qs));
        halves(s, pairs)
    }

    #[inline(always)]
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512 {
        scales::<34>(s, bytes_of(blocks))[0]
    }

    #[inline(always)]
    fn scales_and_sums(s: Avx512, _: &[Self; 16]) -> [__m512; 2] {
        [s.zero_f32(); 2]
    }
}

impl Activation for q8_1::Block {
    #[inline(always)]
    fn halves(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2] {
        // Blocks are whole numbers of 32 bits; those of the half blocks lie in 124 bytes.
        const HALVES: [u32; 16] = [0, 1, 2, 3, 9, 10, 11, 12, 19, 20, 21, 22, 28, 29, 30, 31];
        unrolled!(2; half => {
            let bytes = &bytes_of(blocks)[36 * 4 * quad + 4 + 16 * half..];
            let (low, high) = (bytes.first_chunk::<64>(), bytes[60..].first_chunk::<64>());
            s.permute2_u32(s.load(low.expect("four blocks")), s.dwords(&HALVES), s.load(high.expect("four blocks")))
        })
    }

    #[inline(always)]
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512 {
        scales::<36>(s, bytes_of(blocks))[0]
    }

    #[inline(always)]
    fn scales_and_sums(s: Avx512, blocks: &[Self; 16]) -> [__m512; 2] {
        scales_and_mins::<36>(s, bytes_of(blocks))
    }
}
