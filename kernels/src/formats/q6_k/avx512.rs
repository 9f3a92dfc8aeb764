//! Q6_K by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::{two_bits_at_four, with_bits};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = avx2::Unpack;
    type Scaling = Pairs;

    const OFFSET: i16 = 32;
    const SUB_BLOCK: usize = 16;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            let bytes = s.load(&block.ql.as_chunks::<64>().0[k / 2]);
            let low = s.and(if k % 2 == 0 { bytes } else { s.shift_right_u16::<4>(bytes) }, s.set1_i8(15));
            codes[k] = with_bits(s, low, two_bits_at_four(s, &block.qh, k), 48);
        }
        codes
    }
}
