//! TQ1_0 by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t, uint8x16_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::product::neon::unpack::{self, word};
use crate::simd::aarch64::{Neon, Tier};

/// Powers of 3 that move each digit of four bytes to the top.
static POWERS: [u8; 16] = [1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 9, 9, 27, 27, 27, 27];

/// The most significant ternary digit less 1: how many thirds of 256 are below the byte.
#[inline(always)]
fn digit(s: Neon, bytes: uint8x16_t) -> int8x16_t {
    let (none, two) = (s.not_less_u8(s.set1_u8(85), bytes), s.not_less_u8(bytes, s.set1_u8(171)));
    // All bits set are minus 1.
    s.sub_i8(s.signed(none), s.signed(two))
}

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 1;
    const SCALING: Scaling = Scaling::None;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let (first, second) = block.qs.split_first_chunk::<32>().expect("48 bytes");
        let [a, b] = unpack::halves(s, first);
        let digit = |bytes, power| digit(s, s.mul_u8(bytes, s.set1_u8(power)));
        if half == 0 {
            return [(a, 1), (b, 1), (a, 3), (b, 3), (a, 9), (b, 9), (a, 27), (b, 27)]
                .map(|(c, power)| digit(c, power));
        }
        let c = s.load_u8::<[u8; 16]>(second.try_into().expect("16 bytes"));
        let [a, b, c, d, e, f, g] =
            [(a, 81), (b, 81), (c, 1), (c, 3), (c, 9), (c, 27), (c, 81)].map(|(bytes, power)| digit(bytes, power));
        let last = s.mul_u8(word(s, u32::from_le_bytes(block.qh)), s.load_u8(&POWERS));
        [a, b, c, d, e, f, g, self::digit(s, last)]
    }

    #[inline(always)]
    fn scales(s: Neon, _: &Block) -> [int16x8_t; 2] {
        [s.set1_i16(1); 2]
    }
}
