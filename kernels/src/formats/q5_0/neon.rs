//! Q5_0 by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::product::neon::blocks::{Blocks, Blocks32, Half};
use crate::product::neon::unpack::{spread_bits, word};
use crate::simd::aarch64::Tier;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Half;

    const TOP: i32 = 16;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let packed = s.load_u8(&block.qs);
        // Where the fifth bit is not set, the code is negative: all bits above the nibble are.
        let clear = word(s, !block.qh.get());
        [
            s.signed(s.insert_above::<4>(packed, spread_bits(s, clear, 0))),
            s.signed(s.insert_above::<4>(s.shift_right_u8::<4>(packed), spread_bits(s, clear, 1))),
        ]
    }
}
