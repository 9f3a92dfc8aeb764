//! MXFP4 by AVX2.

use std::arch::x86_64::{__m256, __m256i};

use super::{Block, scalar};
use crate::codec::{e2m1, e8m0};
use crate::product::avx2::blocks::{Blocks, Blocks256, Each32, ScaleOf32, Unsigned};
use crate::product::avx2::unpack::nibbles;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks256 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 8];

    type Codes = Unsigned<12, 24>;
    type Scaling = Each32;

    #[inline(always)]
    fn codes(s: Avx2, chunk: &[Block; 8], index: usize) -> __m256i {
        s.shuffle_u8(s.twice(s.load_128(&e2m1::RAISED)), nibbles(s, &chunk[index].qs))
    }
}

impl ScaleOf32 for Unpack {
    #[inline(always)]
    fn scale(chunk: &[Block; 8], index: usize) -> f32 {
        e8m0::half_from_table(chunk[index].e)
    }

    #[inline(always)]
    fn scales(s: Avx2, chunk: &[Block; 8]) -> __m256 {
        // Half of 2^(e - 127); the least two exponents give subnormal numbers.
        let e = s.load(&unrolled!(8; k => u32::from(chunk[k].e)));
        let normal = s.shift_left_i32::<23>(s.sub_i32(e, s.set1_i32(1)));
        let subnormal = s.shift_left_each_u32(s.set1_i32(0x0020_0000), e);
        let scales = s.blend_u8(normal, subnormal, s.greater_i32(s.set1_i32(2), e));
        bytemuck::cast(scales)
    }
}
