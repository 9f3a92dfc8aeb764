//! IQ1_M by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq1_s::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::simd::aarch64::{Neon, Tier};

/// The bit that shifts each of two groups of 8 weights down.
static SHIFT_BIT: [u8; 16] = [8, 8, 8, 8, 8, 8, 8, 8, 128, 128, 128, 128, 128, 128, 128, 128];

/// The bytes of the word that holds each scale, for two times 8.
static OWN_WORD: [[u8; 16]; 2] =
    [[0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3], [4, 5, 4, 5, 4, 5, 4, 5, 6, 7, 6, 7, 6, 7, 6, 7]];

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 9;
    const SCALING: Scaling = Scaling::Sixteens;
    const FRACTION: i32 = 3;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let shifts = s.load_u8(&block.qh);
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            // Of each two groups the upper bits are in one byte.
            let high = s.load_u32(&[u32::from_le_bytes(block.qh.as_chunks::<4>().0[2 * half + at]); 4]);
            let high = s.words_as_bytes(high);
            let high = s.shift_each_u16(
                s.extend_u8(s.low_half_u8(s.zip_low_u8(high, high))),
                s.load_i16(&[8i16, 4, 8, 4, 8, 4, 8, 4]),
            );
            let high = s.and_u16(high, s.set1_u16(0x700));
            let index = grid::indices(s, &block.qs.as_chunks::<8>().0[2 * half + at], high);
            for (pair, (codes, index)) in codes.iter_mut().zip(index.as_chunks::<2>().0).enumerate() {
                // Levels in eighths, with the shift of one eighth up or down.
                let place = s.set1_u8((8 * half + 4 * at + pair) as u8);
                let down = s.common_bits(s.look_up_u8(shifts, place), s.load_u8(&SHIFT_BIT));
                let shift = s.signed(s.or(down, s.set1_u8(1)));
                *codes = s.multiply_add_i8(shift, grid::eights(s, &GRID.points, *index), s.set1_i8(8));
            }
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        // Four fields of three bits from each word; the bits above are cleared below.
        let words = s.load_twice_8(&block.scales);
        [0, 1].map(|half| {
            let each = s.bytes_as_u16(s.look_up_u8(words, s.load_u8(&OWN_WORD[half])));
            let fields =
                s.and_u16(s.shift_each_u16(each, s.load_i16(&[0i16, -3, -6, -9, 0, -3, -6, -9])), s.set1_u16(7));
            s.signed_16(s.insert_above_u16::<1>(s.set1_u16(1), fields))
        })
    }
}
