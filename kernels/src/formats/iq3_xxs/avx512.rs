//! IQ3_XXS by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::codec::iq_grids::iq3_xxs::{GRID, LEVELS};
use crate::product::avx2::groups::Grouped;
use crate::product::avx512::grid;
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::simd::x86::Avx512;

/// Offset of the codes.
const OFFSET: i8 = 64;

/// Levels with and without a minus sign.
const TABLES: [[u8; 64]; 2] = [grid::levels(&LEVELS, 3, OFFSET, false), grid::levels(&LEVELS, 3, OFFSET, true)];

pub(crate) type Kernel = SuperBlocks<Unpack>;

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
        let mut found = [s.zero(); 2];
        for (found, index) in found.iter_mut().zip(block.qs.as_chunks::<32>().0) {
            *found = grid::lookup(s, &GRID.codes, s.extend_u8_u16(s.load_256(index)));
        }
        // Seven bits each.
        let codes = s.multishift(s.set1_i64(0x150e_0700), s.extend_u32_u64(s.load_256(&block.words)));
        let signs = grid::even_signs(s, s.truncate_u64_u32(codes));
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
