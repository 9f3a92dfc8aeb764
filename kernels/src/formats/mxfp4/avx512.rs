//! MXFP4 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::bytes_of;

use super::{Block, scalar};
use crate::codec::e2m1;
use crate::product::avx512::blocks::{Blocks, Blocks512, Each32};
use crate::product::avx512::strided;
use crate::product::avx512::unpack::{low_and_high_of, nibble_quads, nibble_table};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = super::avx2::Kernel;
    type Scaling = Each32;

    const OFFSET: u8 = 12;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 16], quad: usize) -> [__m512i; 2] {
        low_and_high_of(s, const { &nibble_table(&e2m1::VALUES, 12) }, nibble_quads::<1, 17>(s, bytes_of(chunk), quad))
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 16]) -> [__m512; 2] {
        // Half of 2^(e - 127); the least two exponents give subnormal numbers.
        let e = s.extend_u8_u32(s.low_quarter(strided::bytes::<0, 17>(s, bytes_of(chunk))));
        let normal = s.shift_left_i32::<23>(s.sub_i32(e, s.set1_i32(1)));
        let subnormal = s.shift_left_each_u32(s.set1_i32(0x0020_0000), e);
        let scales = s.blend_u32(s.less_u32(e, s.set1_i32(2)), normal, subnormal);
        [s.as_f32(scales); 2]
    }
}
