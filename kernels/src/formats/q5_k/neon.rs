//! Q5_K by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{MinsBlock, Scaling, SuperBlock, SuperBlocks, WithMins};
use crate::product::neon::unpack::{self, shifted_right, six_bit_scales};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithMins;

    const TOP: i32 = 31;
    const SCALING: Scaling = Scaling::ThirtyTwos;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let fifth = unpack::halves(s, &block.qh);
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.iter_mut().enumerate() {
            let packed = s.load_u8(&block.qs.as_chunks::<16>().0[4 * half + at / 4 * 2 + at % 2]);
            let packed = if at % 4 < 2 { packed } else { s.shift_right_u8::<4>(packed) };
            // The fifth bit; the mask clears what is above.
            let high = shifted_right(s, fifth[at % 2], 4 * half + at / 2);
            *codes = s.signed(s.and(s.insert_above::<4>(packed, high), s.set1_u8(31)));
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        [six_bit_scales(s, &block.scales)[0]; 2]
    }
}

impl MinsBlock for Unpack {
    #[inline(always)]
    fn mins(s: Neon, block: &Block) -> [int16x8_t; 2] {
        [six_bit_scales(s, &block.scales)[1]; 2]
    }
}
