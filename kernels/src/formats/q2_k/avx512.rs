//! Q2_K by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::product::avx512::super_blocks::{ByteScales, ByteScalesBlock, PairsByBytes, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::two_bits;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = avx2::Unpack;
    type Scaling = PairsByBytes;

    const OFFSET: i16 = 0;
    const SUB_BLOCK: usize = 16;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            codes[k] = s.and(two_bits(s, &block.qs, k), s.set1_i8(3));
        }
        codes
    }
}

impl ByteScalesBlock for Unpack {
    #[inline(always)]
    fn byte_scales(s: Avx512, block: &Block) -> ByteScales {
        let narrow = s.narrow();
        let high = narrow.shift_right_u16_128::<4>(narrow.load_128(&block.scales));
        ByteScales {
            scales: s.and(s.load_four_times(&block.scales), s.set1_i8(15)),
            mins: narrow.extend_u8_u16(narrow.and_128(high, narrow.set1_i8_128(15))),
        }
    }
}
