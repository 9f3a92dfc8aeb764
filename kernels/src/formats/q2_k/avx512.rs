//! Q2_K by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx512::super_blocks::{ByteScales, Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::two_bits;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 0;
    const SCALING: Scaling = Scaling::Pairs;
    const SUB_BLOCK: usize = 16;
    const MINS: bool = true;
    const BYTE_SCALES: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            codes[k] = s.and(two_bits(s, &block.qs, k), s.set1_i8(3));
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Avx512, block: &Block) -> Scales {
        let both = s.load_128(&block.scales);
        let low = s.set1_i8_128(15);
        Scales {
            scales: s.extend_u8_u16_256(s.and_128(both, low)),
            mins: s.extend_u8_u16_256(s.and_128(s.shift_right_u16_128::<4>(both), low)),
        }
    }

    #[inline(always)]
    fn byte_scales(s: Avx512, block: &Block) -> ByteScales {
        let high = s.shift_right_u16_128::<4>(s.load_128(&block.scales));
        ByteScales {
            scales: s.and(s.load_four_times(&block.scales), s.set1_i8(15)),
            mins: s.extend_u8_u16_256(s.and_128(high, s.set1_i8_128(15))),
        }
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }

    #[inline(always)]
    fn dmin(block: &Block) -> F16 {
        block.dmin
    }
}
