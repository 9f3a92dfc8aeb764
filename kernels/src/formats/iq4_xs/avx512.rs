//! IQ4_XS by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::codec::iq4::CODEBOOK;
use crate::product::avx512::super_blocks::{Eights, HalvesBlock, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::{low_and_high_of, nibble_table, nibbles_of_32};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

/// Levels of nibbles, [`SuperBlock::OFFSET`] added.
static TABLE: [u8; 64] = nibble_table(&CODEBOOK, 127);

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = avx2::Unpack;
    type Scaling = Eights;

    const OFFSET: i16 = 127;
    const SUB_BLOCK: usize = 32;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            codes[k] = s.permute_u8(nibbles_of_32(s, &block.qs, k), s.bytes(&TABLE));
        }
        codes
    }
}

impl HalvesBlock for Unpack {
    #[inline(always)]
    fn half_codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let [first, second]: &[[u8; 64]; 2] = bytemuck::cast_ref(&block.qs);
        let [[a, b], [c, d]] = [low_and_high_of(s, &TABLE, s.load(first)), low_and_high_of(s, &TABLE, s.load(second))];
        [a, b, c, d]
    }
}
