//! IQ2_S by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::product::avx2::grid::OFFSET;
use crate::product::avx2::groups::Grouped;
use crate::product::avx512::grid;
use crate::product::avx512::narrow::Narrowed;
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::product::unrolled;
use crate::simd::x86::{Avx512, Indices};

/// Bits 2 g and 2 g + 1 for word g.
static HIGH_BITS: [u8; 64] = {
    let mut offsets = [0; 64];
    let mut lane = 0;
    while lane < 64 {
        offsets[lane] = (lane / 2 * 2) as u8;
        lane += 1;
    }
    offsets
};

pub(crate) type Kernel = Narrowed<avx2::Kernel, SuperBlocks<Unpack>>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = Grouped<avx2::Unpack>;
    type Scaling = Pairs;

    const OFFSET: i16 = OFFSET as i16;
    const SUB_BLOCK: usize = 16;
    const LARGE: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // The upper byte of each word gets the two bits of its group.
        let high = s.multishift(s.bytes(&HIGH_BITS), s.set1_i64(bytemuck::cast(block.qh)));
        let index = s.blend_u8(0xaaaa_aaaa_aaaa_aaaa, s.extend_u8_u16(s.load_256(&block.qs)), high);
        let index = Indices::from_words(s, index);
        let signs = s.load_256(&block.signs);
        let twice = s.set1_i8((2 * OFFSET as u8) as i8);
        unrolled!(4; k => {
            let raised = grid::loaded_eights(s, &avx2::RAISED, &index, k);
            s.masked_sub_i8(raised, grid::signs(s, signs, k), twice, raised)
        })
    }
}
