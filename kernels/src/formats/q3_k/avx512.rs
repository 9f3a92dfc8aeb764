//! Q3_K by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::{one_bit_at_two, two_bits, with_bits};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = avx2::Unpack;
    type Scaling = Pairs;

    const OFFSET: i16 = 4;
    const SUB_BLOCK: usize = 16;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            let low = s.and(two_bits(s, &block.qs, k), s.set1_i8(3));
            codes[k] = with_bits(s, low, one_bit_at_two(s, &block.hmask, k), 4);
        }
        codes
    }
}
