//! NVFP4 by Advanced SIMD.

use std::arch::aarch64::{float32x4_t, int8x16_t};

use super::{Block, scalar};
use crate::codec::e2m1::VALUES;
use crate::product::neon::blocks::{Blocks, Blocks32, Each16, ScaleOf16};
use crate::product::neon::unpack::nibbles;
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Each16;

    const TOP: i32 = 12;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, index: usize) -> [int8x16_t; 2] {
        let (s, [low, high]) = (t.neon(), Self::split(t, block, index));
        [s.low_halves_i8(low, high), s.high_halves_i8(low, high)]
    }
}

impl ScaleOf16 for Unpack {
    #[inline(always)]
    fn split<T: Tier>(t: T, block: &Block, index: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let table = s.load_i8(&VALUES);
        // The low nibbles of two sub-blocks are their first codes, the high ones the last.
        nibbles(s, &block.qs.as_chunks::<16>().0[index]).map(|codes| s.look_up_i8(table, codes))
    }

    #[inline(always)]
    fn scales(s: Neon, parts: [(&Block, usize); 4]) -> float32x4_t {
        let codes = s.load_u32(&parts.map(|(block, part)| u32::from(block.d[part])));
        // Without its sign it is an f16 with a bias that is 8 larger; halved that is a factor of 2^7. 0x7f is 0.
        let magnitudes = s.and_u32(codes, s.set1_u32(0x7f));
        let halves = s.shift_left_u32::<7>(s.and_u32(magnitudes, s.unequal_u32(codes, s.set1_u32(0x7f))));
        s.times_f32(s.halves_of_words(halves), 128.0)
    }
}
