//! IQ4_XS by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, scalar};
use crate::family::iq4::CODEBOOK;
use crate::numeric::F16;
use crate::product::avx512::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::{eight_nibbles, low_and_high_of, nibble_table, nibbles_of_32};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

/// Levels of nibbles, [`SuperBlock::OFFSET`] added.
static TABLE: [u8; 64] = nibble_table(&CODEBOOK, 127);

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 127;
    const SCALING: Scaling = Scaling::Quads;
    const SUB_BLOCK: usize = 32;
    const HALVES: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let mut codes = [s.zero(); 4];
        for k in 0..4 {
            codes[k] = s.permute_u8(nibbles_of_32(s, &block.qs, k), s.bytes(&TABLE));
        }
        codes
    }

    #[inline(always)]
    fn half_codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        let [first, second] = block.qs.as_chunks::<64>().0 else { unreachable!("128 bytes") };
        let [[a, b], [c, d]] = [low_and_high_of(s, &TABLE, s.load(first)), low_and_high_of(s, &TABLE, s.load(second))];
        [a, b, c, d]
    }

    #[inline(always)]
    fn scales(s: Avx512, block: &Block) -> Scales {
        let low = eight_nibbles(s, bytemuck::cast(block.scales_l));
        // Two bits each, moved to bits 4 and 5 of both words.
        const SHIFTS: [u32; 8] = [0, 2, 4, 6, 8, 10, 12, 14];
        let high = s.set1_i32_256(i32::from(block.scales_h.get()) << 4);
        let high = s.and_256(s.shift_right_each_u32_256(high, s.load_256(&SHIFTS)), s.set1_i32_256(48));
        let high = s.or_256(high, s.shift_left_i32_256::<16>(high));
        Scales { scales: s.sub_i16_256(s.or_256(low, high), s.set1_i16_256(32)), mins: s.zero_256() }
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
