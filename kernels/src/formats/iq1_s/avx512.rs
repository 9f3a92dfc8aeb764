//! IQ1_S by AVX-512.

use std::arch::x86_64::{__m256i, __m512i};

use super::{Block, avx2, scalar};
use crate::codec::iq1::RAISED;
use crate::product::avx2::groups::Grouped;
use crate::product::avx2::super_blocks::OffsetBlock;
use crate::product::avx512::grid;
use crate::product::avx512::narrow::Narrowed;
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::product::unrolled;
use crate::simd::x86::{Avx512, Indices};

pub(crate) type Kernel = Narrowed<avx2::Kernel, SuperBlocks<Unpack>>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = Grouped<avx2::Unpack>;
    type Scaling = Pairs;

    const OFFSET: i16 = 1;
    const SUB_BLOCK: usize = 32;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // The upper byte of each word gets the three bits of its group.
        let high = s.multishift(s.set1_i64(0x0900_0600_0300_0000), s.extend_u16_u64(s.load_128(&block.qh)));
        let index = s.blend_u8(0xaaaa_aaaa_aaaa_aaaa, s.extend_u8_u16(s.load_256(&block.qs)), high);
        let index = Indices::from_words(s, index);
        unrolled!(4; k => grid::loaded_eights(s, &RAISED, &index, k))
    }

    #[inline(always)]
    fn offsets(s: Avx512, block: &Block, scales: __m256i) -> __m256i {
        Self::Narrow::offsets(s.narrow(), block, scales)
    }
}
