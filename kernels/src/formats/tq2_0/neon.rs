//! TQ2_0 by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{OffsetBlock, Scaling, SuperBlock, SuperBlocks, WithOffsets};
use crate::product::neon::unpack::two_bits;
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithOffsets;

    const TOP: i32 = 3;
    const SCALING: Scaling = Scaling::None;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        two_bits(s, &block.qs.as_chunks::<32>().0[half]).map(|codes| s.signed(codes))
    }

    #[inline(always)]
    fn scales(s: Neon, _: &Block) -> [int16x8_t; 2] {
        [s.set1_i16(1); 2]
    }
}

impl OffsetBlock for Unpack {
    #[inline(always)]
    fn offsets(s: Neon, _: &Block, _: [int16x8_t; 2]) -> [int16x8_t; 2] {
        [s.set1_i16(-1); 2]
    }
}
