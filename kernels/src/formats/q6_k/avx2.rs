//! Q6_K by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::product::avx2::super_blocks::{OffsetBlock, ScaledBlock, SuperBlock, SuperBlocks, WithOffset};
use crate::product::avx2::unpack::two_bits;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithOffset;

    const TOP: i32 = 63;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        let mut codes = two_bits::<4>(s, &block.qh);
        for (half, packed) in block.ql.as_chunks::<64>().0.iter().enumerate() {
            for (run, packed) in packed.as_chunks::<32>().0.iter().enumerate() {
                let packed = s.load(packed);
                let (low, high) = (4 * half + run, 4 * half + run + 2);
                codes[low] = s.or(codes[low], s.and(packed, s.set1_i8(15)));
                codes[high] = s.or(codes[high], s.and(s.shift_right_u16::<4>(packed), s.set1_i8(15)));
            }
        }
        codes
    }
}

impl ScaledBlock for Unpack {
    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        s.extend_i8_i16(s.load_128(&block.scales))
    }
}

impl OffsetBlock for Unpack {
    const OFFSET: i16 = 32;
}
