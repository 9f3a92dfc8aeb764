//! Q4_K by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::product::avx512::super_blocks::{ByteScales, ByteScalesBlock, PairsByBytes, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::{nibbles_of_64, six_bit_byte_scales};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = avx2::Unpack;
    type Scaling = PairsByBytes;

    const OFFSET: i16 = 0;
    const SUB_BLOCK: usize = 32;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            codes[k] = nibbles_of_64(s, &block.qs, k);
        }
        codes
    }
}

impl ByteScalesBlock for Unpack {
    #[inline(always)]
    fn byte_scales(s: Avx512, block: &Block) -> ByteScales {
        six_bit_byte_scales(s, &block.scales)
    }
}
