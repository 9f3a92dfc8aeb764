//! Q8_0 by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::product::neon::blocks::{Blocks, Blocks32, Half};
use crate::simd::aarch64::Tier;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Half;

    // A block of another writer may hold -128.
    const TOP: i32 = 128;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let [low, high]: &[[i8; 16]; 2] = bytemuck::cast_ref(&block.qs);
        [s.load_i8(low), s.load_i8(high)]
    }
}
