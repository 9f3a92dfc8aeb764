//! IQ1_S by AVX-512.

use std::arch::x86_64::{__m256i, __m512i};

use super::{Block, avx2, scalar};
use crate::family::iq1::RAISED;
use crate::numeric::F16;
use crate::product::avx512::grid;
use crate::product::avx512::narrow::Narrowed;
use crate::product::avx512::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::unrolled;
use crate::simd::x86::{Avx512, Indices};

pub(crate) type Kernel = Narrowed<avx2::Kernel, SuperBlocks<Unpack>>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 1;
    const SCALING: Scaling = Scaling::Pairs;
    const SUB_BLOCK: usize = 32;
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // The upper byte of each word gets the three bits of its group.
        let high = s.multishift(s.set1_i64(0x0900_0600_0300_0000), s.extend_u16_u64(s.load_128(&block.qh)));
        let index = s.blend_u8(0xaaaa_aaaa_aaaa_aaaa, s.extend_u8_u16(s.load_256(&block.qs)), high);
        let index = Indices::from_words(s, index);
        unrolled!(4; k => grid::loaded_eights(s, &RAISED, &index, k))
    }

    #[inline(always)]
    fn scales(s: Avx512, block: &Block) -> Scales {
        let words = s.extend_u16_u32_256(s.load_128(&block.qh));
        let scales = s.and_256(s.shift_right_u32_256::<12>(words), s.set1_i32_256(7));
        let scales = s.or_256(scales, s.shift_left_i32_256::<16>(scales));
        // Eight times the scales, as a shift is an eighth.
        Scales { scales: s.shift_left_i16_256::<3>(grid::odd(s, scales)), mins: s.zero_256() }
    }

    #[inline(always)]
    fn offsets(s: Avx512, block: &Block, scales: __m256i) -> __m256i {
        let words = s.extend_u16_u32_256(s.load_128(&block.qh));
        // Seven eighths of the scale are taken off where levels are shifted up, nine where down.
        let down = s.shift_right_i16_256::<15>(s.or_256(words, s.shift_left_i32_256::<16>(words)));
        let eighths = s.add_i16_256(s.add_i16_256(down, down), s.set1_i16_256(-7));
        s.mul_i16_256(s.shift_right_u16_256::<3>(scales), eighths)
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
