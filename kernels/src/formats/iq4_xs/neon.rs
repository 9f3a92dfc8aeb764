//! IQ4_XS by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq4::CODEBOOK;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::product::neon::unpack::{nibbles, nibbles_in_order, word};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 127;
    const SCALING: Scaling = Scaling::ThirtyTwos;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let table = s.load_i8(&CODEBOOK);
        let mut codes = [s.set1_i8(0); 8];
        for at in 0..4 {
            let both = nibbles(s, &block.qs.as_chunks::<16>().0[4 * half + at]);
            [codes[2 * at], codes[2 * at + 1]] = both.map(|codes| s.look_up_i8(table, codes));
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        let low = nibbles_in_order(s, word(s, u32::from_le_bytes(block.scales_l)));
        let high =
            s.shift_each_u16(s.set1_u16(block.scales_h.get()), s.load_i16(&[0i16, -2, -4, -6, -8, -10, -12, -14]));
        let high = s.and_u16(high, s.set1_u16(3));
        let scales = s.insert_above_u16::<4>(s.extend_u8(s.low_half_u8(low)), high);
        [s.sub_i16(s.signed_16(scales), s.set1_i16(32)); 2]
    }
}
