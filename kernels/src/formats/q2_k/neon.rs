//! Q2_K by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{MinsBlock, Scaling, SuperBlock, SuperBlocks, WithMins};
use crate::product::neon::unpack::{two_bits, widened};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithMins;

    const TOP: i32 = 3;
    const SCALING: Scaling = Scaling::Sixteens;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        two_bits(s, &block.qs.as_chunks::<32>().0[half]).map(|codes| s.signed(codes))
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        widened(s, s.and(s.load_u8(&block.scales), s.set1_u8(15)))
    }
}

impl MinsBlock for Unpack {
    #[inline(always)]
    fn mins(s: Neon, block: &Block) -> [int16x8_t; 2] {
        widened(s, s.shift_right_u8::<4>(s.load_u8(&block.scales)))
    }
}
