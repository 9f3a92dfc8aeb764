//! IQ1_S by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq1_s::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{OffsetBlock, Scaling, SuperBlock, SuperBlocks, WithOffsets};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithOffsets;

    const TOP: i32 = 1;
    const SCALING: Scaling = Scaling::ThirtyTwos;
    const FRACTION: i32 = 3;
    const SHIFT: i32 = 3;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.iter_mut().enumerate() {
            let low = block.qs.as_chunks::<2>().0[8 * half + at].map(usize::from);
            let high = usize::from(block.qh[4 * half + at / 2].get() >> (at % 2 * 6));
            let index = [low[0] | (high & 7) << 8, low[1] | (high >> 3 & 7) << 8];
            *codes = grid::eights(s, &GRID.points, index);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        let scales = s.and_u16(s.shift_right_u16::<12>(s.load_u16(&block.qh)), s.set1_u16(7));
        [s.signed_16(s.insert_above_u16::<1>(s.set1_u16(1), scales)); 2]
    }
}

impl OffsetBlock for Unpack {
    #[inline(always)]
    fn offsets(s: Neon, block: &Block, scales: [int16x8_t; 2]) -> [int16x8_t; 2] {
        // The shift is an eighth, down where the highest bit is set.
        let shift = s.or_i16(s.shift_right_i16::<15>(s.signed_16(s.load_u16(&block.qh))), s.set1_i16(1));
        let shifts = s.mul_i16(scales[0], shift);
        [s.zip_low_i16(shifts, shifts), s.zip_high_i16(shifts, shifts)]
    }
}
