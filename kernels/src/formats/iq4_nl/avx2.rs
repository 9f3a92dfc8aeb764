//! IQ4_NL by AVX2.

use std::arch::x86_64::{__m256, __m256i};

use super::{Block, scalar};
use crate::codec::iq4::CODEBOOK;
use crate::numeric::f16_table;
use crate::product::avx2::blocks::{Blocks, Blocks256, Each32, Levels, ScaleOf32};
use crate::product::avx2::halves::scales;
use crate::product::avx2::unpack::nibbles;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks256 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 8];

    type Codes = Levels;
    type Scaling = Each32;

    #[inline(always)]
    fn codes(s: Avx2, chunk: &[Block; 8], index: usize) -> __m256i {
        s.shuffle_u8(s.twice(s.load_128(&CODEBOOK)), nibbles(s, &chunk[index].qs))
    }
}

impl ScaleOf32 for Unpack {
    #[inline(always)]
    fn scale(chunk: &[Block; 8], index: usize) -> f32 {
        f16_table::get(chunk[index].d)
    }

    #[inline(always)]
    fn scales(s: Avx2, chunk: &[Block; 8]) -> __m256 {
        scales(s, chunk)
    }
}
