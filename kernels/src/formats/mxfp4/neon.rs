//! MXFP4 by Advanced SIMD.

use std::arch::aarch64::{float32x4_t, int8x16_t};

use super::{Block, scalar};
use crate::codec::e2m1::VALUES;
use crate::product::neon::blocks::{Blocks, Blocks32, Each32, ScaleOf32};
use crate::product::neon::unpack::nibbles;
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Each32;

    const TOP: i32 = 12;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, _: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let table = s.load_i8(&VALUES);
        nibbles(s, &block.qs).map(|codes| s.look_up_i8(table, codes))
    }
}

impl ScaleOf32 for Unpack {
    #[inline(always)]
    fn scales(s: Neon, parts: [(&Block, usize); 4]) -> float32x4_t {
        // Half of 2^(e - 127); the least two exponents give subnormal numbers.
        let e = s.load_u32(&parts.map(|(block, _)| u32::from(block.e)));
        let normal = s.shift_left_u32::<23>(s.sub_u32(e, s.set1_u32(1)));
        let subnormal = s.shift_each_u32(s.set1_u32(0x0020_0000), s.as_i32(e));
        s.words_as_f32(s.choose_u32(s.less_u32(e, s.set1_u32(2)), subnormal, normal))
    }
}
