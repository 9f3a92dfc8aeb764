//! IQ4_XS by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq4::CODEBOOK;
use crate::product::avx2::super_blocks::{ScaledBlock, Signed, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::{eight_nibbles, nibbles};
use crate::product::unrolled;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Signed;

    const TOP: i32 = 127;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        let table = s.twice(s.load_128(&CODEBOOK));
        unrolled!(8; k => s.shuffle_u8(table, nibbles(s, &block.qs.as_chunks::<16>().0[k])))
    }
}

impl ScaledBlock for Unpack {
    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        let low = eight_nibbles(s, bytemuck::cast(block.scales_l));
        // Two bits each, moved to bits 4 and 5 of both words.
        let high = s.set1_i32(i32::from(block.scales_h.get()) << 4);
        let high = s.shift_right_each_u32(high, s.load(&[0u32, 2, 4, 6, 8, 10, 12, 14]));
        let high = s.and(high, s.set1_i32(48));
        let high = s.or(high, s.shift_left_i32::<16>(high));
        s.sub_i16(s.or(low, high), s.set1_i16(32))
    }
}
