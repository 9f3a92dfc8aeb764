//! Q1_0 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::bytes_of;

use super::{Block, scalar};
use crate::product::avx512::blocks::{Blocks, Blocks512, Each32};
use crate::product::avx512::strided;
use crate::product::avx512::unpack::halves_of_bits;
use crate::product::unrolled;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 4];
    type Narrow = super::avx2::Kernel;
    type Scaling = Each32;

    const OFFSET: u8 = 1;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 4], quad: usize) -> [__m512i; 2] {
        let words = chunk[quad].qs.as_chunks::<4>().0;
        let bits = halves_of_bits(unrolled!(4; block => u32::from_le_bytes(words[block])));
        [s.keep_u8(bits[0], s.set1_i8(2)), s.keep_u8(bits[1], s.set1_i8(2))]
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 4]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 18, 4>(s, bytes_of(chunk))); 2]
    }
}
