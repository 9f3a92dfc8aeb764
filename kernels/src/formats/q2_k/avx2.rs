//! Q2_K by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::product::avx2::super_blocks::{Scales, ScalesAndMinsBlock, SuperBlock, SuperBlocks, WithMins};
use crate::product::avx2::unpack::two_bits;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithMins;

    const TOP: i32 = 3;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        two_bits::<0>(s, &block.qs)
    }
}

impl ScalesAndMinsBlock for Unpack {
    #[inline(always)]
    fn scales_and_mins(s: Avx2, block: &Block) -> Scales {
        let both = s.load_128(&block.scales);
        let low = s.set1_i8_128(15);
        Scales {
            scales: s.extend_u8_u16(s.and_128(both, low)),
            mins: s.extend_u8_u16(s.and_128(s.shift_right_u16_128::<4>(both), low)),
        }
    }
}
