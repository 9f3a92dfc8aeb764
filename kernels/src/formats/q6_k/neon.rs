//! Q6_K by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{OffsetBlock, Scaling, SuperBlock, SuperBlocks, WithOffsets};
use crate::product::neon::unpack::{self, shifted_right};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithOffsets;

    const TOP: i32 = 63;
    const SCALING: Scaling = Scaling::Sixteens;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let low = block.ql.as_chunks::<64>().0[half];
        let low = low.as_chunks::<16>().0;
        let high = unpack::halves(s, &block.qh.as_chunks::<32>().0[half]);
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.iter_mut().enumerate() {
            let packed = s.load_u8(&low[at % 4]);
            let six = if at < 4 {
                s.and(s.insert_above::<4>(packed, shifted_right(s, high[at % 2], at / 2 * 2)), s.set1_u8(63))
            } else if at < 6 {
                s.or(s.shift_right_u8::<4>(packed), s.and(high[at % 2], s.set1_u8(0x30)))
            } else {
                s.insert_above::<4>(s.shift_right_u8::<4>(packed), shifted_right(s, high[at % 2], 6))
            };
            *codes = s.signed(six);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        let scales = s.load_i8(&block.scales);
        [s.extend_i8(s.low_half_i8(scales)), s.extend_high_i8(scales)]
    }
}

impl OffsetBlock for Unpack {
    #[inline(always)]
    fn offsets(s: Neon, _: &Block, scales: [int16x8_t; 2]) -> [int16x8_t; 2] {
        // Minus 32.
        scales.map(|scales| s.negated_i16(s.shift_left_i16::<5>(scales)))
    }
}
