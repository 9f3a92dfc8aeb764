//! IQ1_M by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq1::RAISED;
use crate::numeric::U16;
use crate::product::avx2::grid;
use crate::product::avx2::groups::{GroupBlocks, Groups, in_turn};
use crate::product::registers_256::Registers256;
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

pub(crate) type Kernel = GroupBlocks<Unpack>;

pub(crate) struct Unpack;

impl Groups for Unpack {
    type Scalar = scalar::Kernel;
    type Index = (Indices<2048>, [i32; 8]);

    const OFFSET: i16 = 16;
    const TOP: i32 = 25;
    const THIRTY_TWOS: bool = false;
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn index(s: Avx2, block: &Block) -> (Indices<2048>, [i32; 8]) {
        // A nibble a group: three bits of the index, and whether levels are shifted down.
        let both = s.load_128(&block.qh);
        let (low, high) = (both, s.shift_right_u16_128::<4>(both));
        let nibbles = s.join(s.unpack_high_u8_128(low, high), s.unpack_low_u8_128(low, high));
        let index = Indices::from_bytes(s, s.load(&block.qs), nibbles);
        // Levels in eighths, with 16 added.
        let down = s.shift_right_u16::<2>(s.and(nibbles, s.set1_i8(8)));
        (index, bytemuck::cast(s.sub_i8(s.set1_i8(9), down)))
    }

    #[inline(always)]
    fn levels<S: Registers256>(s: S, _: &Block, (index, shifts): &(Indices<2048>, [i32; 8]), step: usize) -> __m256i {
        let (s, index) = (s.avx2(), in_turn(index));
        let levels = grid::eights(s, unrolled!(4; k => index.byte(&RAISED, 4 * step + k)));
        let each = s.load(&[[0u8; 8], [1; 8], [2; 8], [3; 8]]);
        s.add_i8(s.shift_left_i16::<3>(levels), s.shuffle_u8(s.set1_i32(shifts[step]), each))
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        let words: [U16; 4] = block.scales;
        let [a, b, c, d] = unrolled!(4; k => i64::from(words[k].get()));
        // Four fields of three bits from each word, by multiplications: AVX2 has no variable shift of 16-bit lanes.
        let words = s.set_i64(d, c, b, a);
        let each = s.shuffle_u8(words, s.load(&[[0u8, 1, 0, 1, 0, 1, 0, 1, 8, 9, 8, 9, 8, 9, 8, 9]; 2]));
        let shifted = s.multiply_high_u16(s.shift_left_i16::<1>(each), s.load(&[[0x8000u16, 0x1000, 0x200, 0x40]; 4]));
        grid::odd(s, s.and(shifted, s.set1_i16(7)))
    }
}
