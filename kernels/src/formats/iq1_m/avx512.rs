//! IQ1_M by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::codec::iq1::RAISED;
use crate::product::avx2::groups::Grouped;
use crate::product::avx512::grid;
use crate::product::avx512::narrow::Narrowed;
use crate::product::avx512::super_blocks::{Pairs, SuperBlock, SuperBlocks};
use crate::product::unrolled;
use crate::simd::x86::{Avx512, Indices};

/// Offset of the codes.
const OFFSET: i8 = 16;

/// The upper byte of the word of each weight's group.
static UPPER_BYTES: [[u8; 64]; 4] = {
    let mut index = [[0; 64]; 4];
    let mut weight = 0;
    while weight < 256 {
        index[weight / 64][weight % 64] = (weight / 8 * 2 + 1) as u8;
        weight += 1;
    }
    index
};

pub(crate) type Kernel = Narrowed<avx2::Kernel, SuperBlocks<Unpack>>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = Grouped<avx2::Unpack>;
    type Scaling = Pairs;

    const OFFSET: i16 = OFFSET as i16;
    const SUB_BLOCK: usize = 16;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // The upper byte of each word gets the nibble of its group: three bits of the index, and the shift's sign.
        let high = s.multishift(s.set1_i64(0x0c00_0800_0400_0000), s.extend_u16_u64(s.load_128(&block.qh)));
        let index = s.blend_u8(0xaaaa_aaaa_aaaa_aaaa, s.extend_u8_u16(s.load_256(&block.qs)), high);
        let index = Indices::from_words(s, index);
        // Levels in eighths, with 16 added.
        let down = s.shift_right_u16::<2>(s.and(high, s.set1_i8(8)));
        let shifts = s.sub_i8(s.set1_i8(9), down);
        unrolled!(4; k => {
            let levels = s.shift_left_i16::<3>(grid::loaded_eights(s, &RAISED, &index, k));
            s.add_i8(levels, s.permute_u8(s.bytes(&UPPER_BYTES[k]), shifts))
        })
    }
}
