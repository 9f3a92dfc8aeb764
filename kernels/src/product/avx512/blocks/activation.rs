//! Activations in blocks of 32, as the products of blocks need them.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::bytes_of;

use super::Blocks512;
use crate::activation::{q8_0, q8_1};
use crate::block::Block as BlockLayout;
use crate::product::avx512::transpose::halves;
use crate::simd::x86::Avx512;

/// An activation in blocks of 32.
pub(crate) trait Activation: BlockLayout {
    /// Codes.
    fn codes(&self) -> &[i8; 32];
    /// The codes of the `quad`-th four of sixteen blocks: the first halves of all four, then the second halves.
    fn halves(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2];
    /// Scales of sixteen blocks.
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512;
    /// For each of sixteen blocks its scale and its scaled sum; whatever for formats without.
    fn scales_and_sums(s: Avx512, blocks: &[Self; 16]) -> [__m512; 2];
}

impl Activation for q8_0::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn halves(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2] {
        let pairs =
            unrolled!(2; two => s.load_pair(&blocks[4 * quad + 2 * two].qs, &blocks[4 * quad + 2 * two + 1].qs));
        halves(s, pairs)
    }

    #[inline(always)]
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512 {
        super::scales::<34>(s, bytes_of(blocks))[0]
    }

    #[inline(always)]
    fn scales_and_sums(s: Avx512, _: &[Self; 16]) -> [__m512; 2] {
        [s.zero_f32(); 2]
    }
}

impl Activation for q8_1::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

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
        super::scales::<36>(s, bytes_of(blocks))[0]
    }

    #[inline(always)]
    fn scales_and_sums(s: Avx512, blocks: &[Self; 16]) -> [__m512; 2] {
        super::scales_and_mins::<36>(s, bytes_of(blocks))
    }
}

/// The codes of an activation that meet [`Blocks512::codes`].
#[inline(always)]
pub(super) fn codes<K: Blocks512>(s: Avx512, blocks: &[super::Act<K>; 16], quad: usize) -> [__m512i; 2] {
    if K::SIXTEENS {
        let [first, last] = unrolled!(2; half => {
            s.load_pair(blocks[4 * quad + 2 * half].codes(), blocks[4 * quad + 2 * half + 1].codes())
        });
        [s.unpack_low_u64(first, last), s.unpack_high_u64(first, last)]
    } else {
        Activation::halves(s, blocks, quad)
    }
}

/// What the offset of codes adds to the products of the activations that [`codes`] has.
#[inline(always)]
pub(super) fn offsets<K: Blocks512>(s: Avx512, [first, second]: [__m512i; 2]) -> __m512i {
    let offset = s.set1_i8(K::OFFSET as i8);
    s.dot_u8_i8(s.dot_u8_i8(s.zero(), offset, first), offset, second)
}

/// Sixteen scales: those of the first, and of the second 256 weights, each twice.
#[inline(always)]
pub(super) fn doubled(s: Avx512, scales: __m512) -> [__m512; 2] {
    const TWICE: [[u32; 16]; 2] = {
        let mut index = [[0; 16]; 2];
        let mut lane = 0;
        while lane < 32 {
            index[lane / 16][lane % 16] = lane as u32 / 2;
            lane += 1;
        }
        index
    };
    [s.permute_f32(s.dwords(&TWICE[0]), scales), s.permute_f32(s.dwords(&TWICE[1]), scales)]
}
