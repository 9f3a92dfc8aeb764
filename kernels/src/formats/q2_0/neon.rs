//! Q2_0 by Advanced SIMD.

use std::arch::aarch64::int8x16_t;

use super::{Block, scalar};
use crate::product::neon::blocks::{Blocks, Blocks32, Half};
use crate::simd::aarch64::Tier;

/// The index of the byte that holds each of 16 weights, for two times 16.
static OWN_BYTE: [[u8; 16]; 2] =
    [[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7]];

/// The shift that moves each weight's bits to the bottom of its byte.
static DOWN: [i8; 16] = [0, -2, -4, -6, 0, -2, -4, -6, 0, -2, -4, -6, 0, -2, -4, -6];

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks32 for Unpack {
    type Scalar = scalar::Kernel;
    type Scaling = Half;

    const TOP: i32 = 2;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, index: usize) -> [int8x16_t; 2] {
        let s = t.neon();
        let packed = s.load_8(&block.qs.as_chunks::<8>().0[index]);
        let packed = s.join_u8(packed, packed);
        [0, 1].map(|half| {
            let bytes = s.look_up_u8(packed, s.load_u8(&OWN_BYTE[half]));
            let codes = s.and(s.shift_each_u8(bytes, s.load_i8(&DOWN)), s.set1_u8(3));
            s.sub_i8(s.signed(codes), s.set1_i8(1))
        })
    }
}
