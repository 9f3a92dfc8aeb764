//! TQ2_0 by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::{two_bits, without_mins};
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 1;
    const SCALING: Scaling = Scaling::None;
    const TOP: i32 = 3;
    const SMALL: bool = true;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        two_bits::<0>(s, &block.qs)
    }

    #[inline(always)]
    fn scales(s: Avx2, _: &Block) -> Scales {
        without_mins(s, s.zero())
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
