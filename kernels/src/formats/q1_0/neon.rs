//! Q1_0 by Advanced SIMD.

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

    const TOP: i32 = 1;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, index: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        // -1 where the bit is not set, and 1 where it is.
        let clear = word(s, !u32::from_le_bytes(block.qs.as_chunks::<4>().0[index]));
        [0, 1].map(|half| s.signed(s.or(spread_bits(s, clear, half), s.set1_u8(1))))
    }
}
