//! Q3_K by AVX-512.

use std::arch::x86_64::{__m128i, __m512i};

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx512::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::{one_bit_at_two, two_bits, with_bits};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 4;
    const SCALING: Scaling = Scaling::Pairs;
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

    #[inline(always)]
    fn scales(s: Avx512, block: &Block) -> Scales {
        let [a, b, c]: [u32; 3] = bytemuck::pod_read_unaligned(&block.scales);
        let words = |words: [u32; 4]| -> __m128i { bytemuck::cast(words) };
        let low = s.and_128(s.shift_right_each_u32_128(words([a, b, a, b]), words([0, 0, 4, 4])), s.set1_i8_128(15));
        let high = s.shift_right_each_u32_128(s.set1_u32_128(c as i32), words([0, 2, 4, 6]));
        let high = s.shift_left_i16_128::<4>(s.and_128(high, s.set1_i8_128(3)));
        let scales = s.sub_i8_128(s.or_128(low, high), s.set1_i8_128(32));
        Scales { scales: s.extend_i8_i16_256(scales), mins: s.zero_256() }
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
