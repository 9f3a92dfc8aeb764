//! Q4_K by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{MinsBlock, Scaling, SuperBlock, SuperBlocks, WithMins};
use crate::product::neon::unpack::{self, six_bit_scales};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithMins;

    const TOP: i32 = 15;
    const SCALING: Scaling = Scaling::ThirtyTwos;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let [first, second] = [0, 1].map(|at| unpack::halves(s, &block.qs.as_chunks::<32>().0[2 * half + at]));
        let low = |packed| s.signed(s.and(packed, s.set1_u8(15)));
        let high = |packed| s.signed(s.shift_right_u8::<4>(packed));
        [
            low(first[0]),
            low(first[1]),
            high(first[0]),
            high(first[1]),
            low(second[0]),
            low(second[1]),
            high(second[0]),
            high(second[1]),
        ]
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
