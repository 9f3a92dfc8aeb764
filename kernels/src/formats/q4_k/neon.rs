//! Q4_K by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::neon::super_blocks::{Scaling, SuperBlock, SuperBlocks};
use crate::product::neon::unpack::{self, six_bit_scales};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const TOP: i32 = 15;
    const SCALING: Scaling = Scaling::ThirtyTwos;
    const MINS: bool = true;

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

    #[inline(always)]
    fn mins(s: Neon, block: &Block) -> [int16x8_t; 2] {
        [six_bit_scales(s, &block.scales)[1]; 2]
    }

    #[inline(always)]
    fn dmin(block: &Block) -> F16 {
        block.dmin
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
