//! Q5_1 by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::product::neon::blocks::{Blocks, Blocks32, HalfWithMin};
use crate::product::neon::unpack::{nibbles, spread_bits, word};
use crate::simd::aarch64::Tier;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = HalfWithMin;

    const TOP: i32 = 31;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let [low, high] = nibbles(s, &block.qs);
        let (set, fifth) = (word(s, block.qh.get()), s.set1_u8(16));
        [
            s.signed(s.or(low, s.and(spread_bits(s, set, 0), fifth))),
            s.signed(s.or(high, s.and(spread_bits(s, set, 1), fifth))),
        ]
    }
}
