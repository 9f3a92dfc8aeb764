//! IQ2_S by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq2_s::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 43;
    const SCALING: Scaling = Scaling::Sixteens;
    const GATHERED: bool = true;
    const FRACTION: i32 = 3;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let signs = s.load_u8(&block.signs.as_chunks::<16>().0[half]);
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            // The upper two bits of eight indices are in two bytes.
            let high = u16::from_le_bytes(block.qh.as_chunks::<2>().0[2 * half + at]);
            let high = s.shift_each_u16(s.set1_u16(high), s.load_i16(&[8i16, 6, 4, 2, 0, -2, -4, -6]));
            let high = s.and_u16(high, s.set1_u16(0x300));
            let index = grid::indices(s, &block.qs.as_chunks::<8>().0[2 * half + at], high);
            for (pair, (codes, index)) in codes.iter_mut().zip(index.as_chunks::<2>().0).enumerate() {
                *codes = grid::with_signs(s, grid::eights(s, &GRID.points, *index), signs, 4 * at + pair);
            }
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        grid::odd_scales_of_16(s, &block.scales)
    }
}
