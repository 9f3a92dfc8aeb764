//! Activations as the codes of weights meet them.

use std::arch::x86_64::{__m512, __m512i};

use super::activation::Activation;
use super::format::{Act, Blocks512, Scaling};
use crate::activation::of_32::Of32;
use crate::simd::x86::Avx512;

/// The codes of an activation that meet [`Blocks512::codes`].
#[inline(always)]
pub(super) fn codes<K: Blocks512>(s: Avx512, blocks: &[Act<K>; 16], quad: usize) -> [__m512i; 2] {
    if K::Scaling::SIXTEENS {
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

/// Sixteen scales, each twice: those of the first 256 weights, then of the second.
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
