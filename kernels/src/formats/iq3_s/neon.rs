//! IQ3_S by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq3_s::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::product::neon::unpack::{nibbles_in_order, odd, word};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 15;
    const SCALING: Scaling = Scaling::ThirtyTwos;
    const GATHERED: bool = true;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let signs = s.load_u8(&block.signs.as_chunks::<16>().0[half]);
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let high = s.set1_u16(u16::from(block.qh[4 * half + at]));
            let high = s.and_u16(s.shift_each_u16(high, s.load_i16(&[8i16, 7, 6, 5, 4, 3, 2, 1])), s.set1_u16(0x100));
            let [a, b, c, d, e, f, g, h] = grid::indices(s, &block.qs.as_chunks::<8>().0[4 * half + at], high);
            codes[0] = grid::with_signs(s, grid::fours(s, &GRID.points, [a, b, c, d]), signs, 2 * at);
            codes[1] = grid::with_signs(s, grid::fours(s, &GRID.points, [e, f, g, h]), signs, 2 * at + 1);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        let scales = odd(s, nibbles_in_order(s, word(s, u32::from_le_bytes(block.scales))));
        [s.signed_16(s.extend_u8(s.low_half_u8(scales))); 2]
    }
}
