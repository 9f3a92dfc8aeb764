//! Q3_K by AVX2.

use std::arch::x86_64::{__m128i, __m256i};

use super::{Block, scalar};
use crate::product::avx2::super_blocks::{OffsetBlock, ScaledBlock, SuperBlock, SuperBlocks, WithOffset};
use crate::product::avx2::unpack::{two_bits, with_bits};
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithOffset;

    const TOP: i32 = 7;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        with_bits::<2>(s, &block.hmask, two_bits::<0>(s, &block.qs))
    }
}

impl ScaledBlock for Unpack {
    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        let [a, b, c]: [u32; 3] = bytemuck::pod_read_unaligned(&block.scales);
        let words = |words: [u32; 4]| -> __m128i { bytemuck::cast(words) };
        let low = s.and_128(s.shift_right_each_u32_128(words([a, b, a, b]), words([0, 0, 4, 4])), s.set1_i8_128(15));
        let high = s.shift_right_each_u32_128(s.set1_i32_128(c as i32), words([0, 2, 4, 6]));
        let high = s.shift_left_i16_128::<4>(s.and_128(high, s.set1_i8_128(3)));
        s.extend_i8_i16(s.sub_i8_128(s.or_128(low, high), s.set1_i8_128(32)))
    }
}

impl OffsetBlock for Unpack {
    const OFFSET: i16 = 4;
}
