//! Q4_1 by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::neon::blocks::{Blocks, Blocks32};
use crate::product::neon::unpack::nibbles;
use crate::simd::aarch64::Tier;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;

    const TOP: i32 = 15;
    const MINS: bool = true;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        nibbles(s, &block.qs).map(|codes| s.signed(codes))
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }

    #[inline(always)]
    fn m(block: &Block) -> F16 {
        block.m
    }
}
