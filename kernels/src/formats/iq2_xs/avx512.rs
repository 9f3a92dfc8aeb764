//! IQ2_XS by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::codec::iq_grids::iq2_xs::{GRID, LEVELS};
use crate::product::avx2::groups::Grouped;
use crate::product::avx512::grid;
use crate::product::avx512::narrow::Narrowed;
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::simd::x86::Avx512;

/// Offset of the codes.
const OFFSET: i8 = 64;

/// Levels with and without a minus sign.
const TABLES: [[u8; 64]; 2] = [grid::levels(&LEVELS, 2, OFFSET, false), grid::levels(&LEVELS, 2, OFFSET, true)];

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
        let words = s.load(&block.qs);
        let found = grid::lookup(s, &GRID.codes, words);
        let signs = grid::even_signs(s, s.truncate_u16_u8(s.shift_right_u16::<9>(words)));
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            let packed = grid::eights(s, found, k);
            let minus = grid::signs(s, signs, k);
            codes[k] =
                s.masked_permute_u8(s.permute_u8(packed, s.bytes(&TABLES[0])), minus, packed, s.bytes(&TABLES[1]));
        }
        codes
    }
}
