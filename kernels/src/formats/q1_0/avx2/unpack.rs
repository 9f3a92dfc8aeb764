//! Q1_0 unpacked to codes of 0 and 2, for the products that it shares with other formats.

use std::arch::x86_64::{__m256, __m256i};

use crate::formats::q1_0::{Block, scalar};
use crate::numeric::f16_table;
use crate::product::avx2::blocks::{Blocks256, Each32, ScaleOf32, Unsigned};
use crate::product::avx2::halves::fours_of_two;
use crate::product::registers_256::spread_bits;
use crate::simd::x86::Avx2;

pub(crate) struct Unpack;

impl Blocks256 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 2];

    type Codes = Unsigned<1, 2>;
    type Scaling = Each32;

    #[inline(always)]
    fn codes(s: Avx2, chunk: &[Block; 2], index: usize) -> __m256i {
        let bits = chunk[index / 4].qs.as_chunks::<4>().0[index % 4];
        s.and(spread_bits(s, u32::from_le_bytes(bits)), s.set1_i8(2))
    }
}

impl ScaleOf32 for Unpack {
    #[inline(always)]
    fn scale(chunk: &[Block; 2], index: usize) -> f32 {
        f16_table::get(chunk[index / 4].d)
    }

    #[inline(always)]
    fn scales(s: Avx2, chunk: &[Block; 2]) -> __m256 {
        fours_of_two(s, [chunk[0].d, chunk[1].d])
    }
}
