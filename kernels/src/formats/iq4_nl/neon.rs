//! IQ4_NL by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::codec::iq4::CODEBOOK;
use crate::product::neon::blocks::{Blocks, Blocks32, Half};
use crate::product::neon::unpack::nibbles;
use crate::simd::aarch64::Tier;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Half;

    const TOP: i32 = 127;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let table = s.load_i8(&CODEBOOK);
        nibbles(s, &block.qs).map(|codes| s.look_up_i8(table, codes))
    }
}
