//! IQ3_S by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::codec::iq_grids::iq3_s::{GRID, LEVELS};
use crate::product::avx2::groups::Grouped;
use crate::product::avx512::grid;
use crate::product::avx512::narrow::Narrowed;
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::simd::x86::Avx512;

/// Offset of the codes.
const OFFSET: i8 = 64;

/// Levels with and without a minus sign.
const TABLES: [[u8; 64]; 2] = [grid::levels(&LEVELS, 3, OFFSET, false), grid::levels(&LEVELS, 3, OFFSET, true)];

/// Bit g for word g.
static HIGH_BITS: [u8; 64] = {
    let mut offsets = [0; 64];
    let mut lane = 0;
    while lane < 64 {
        offsets[lane] = (lane / 2) as u8;
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
    const SUB_BLOCK: usize = 32;
    const LARGE: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // The upper byte of each word gets the bit of its group.
        let mut found = [s.zero(); 2];
        let high_bits: [u32; 2] = bytemuck::cast(block.qh);
        for ((found, low), high) in found.iter_mut().zip(block.qs.as_chunks::<32>().0).zip(high_bits) {
            let high = s.multishift(s.bytes(&HIGH_BITS), s.set1_i64(high.into()));
            let index = s.blend_u8(0xaaaa_aaaa_aaaa_aaaa, s.extend_u8_u16(s.load_256(low)), high);
            *found = grid::lookup(s, &GRID.codes, index);
        }
        let signs = s.load_256(&block.signs);
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            let packed = grid::fours(s, found[k / 2], k);
            let minus = grid::signs(s, signs, k);
            codes[k] =
                s.masked_permute_u8(s.permute_u8(packed, s.bytes(&TABLES[0])), minus, packed, s.bytes(&TABLES[1]));
        }
        codes
    }
}
