//! Q4_0 by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::product::neon::blocks::{Blocks, Blocks32, Half};
use crate::product::neon::unpack::nibbles;
use crate::simd::aarch64::Tier;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Half;

    const TOP: i32 = 8;
    const TIMES_16: bool = true;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        if T::QUADS {
            // With its highest bit inverted a nibble is the signed code; in the upper half of a byte it is 16 times
            // that.
            let packed = s.xor(s.load_u8(&block.qs), s.set1_u8(0x88));
            return [s.signed(s.shift_left_u8::<4>(packed)), s.signed(s.and(packed, s.set1_u8(0xf0)))];
        }
        nibbles(s, &block.qs).map(|codes| s.sub_i8(s.signed(codes), s.set1_i8(8)))
    }
}
