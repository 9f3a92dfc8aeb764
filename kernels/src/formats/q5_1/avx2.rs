//! Q5_1 by AVX2.

use std::arch::x86_64::{__m256, __m256i};

use super::{Block, scalar};
use crate::product::avx2::blocks::{Blocks, Blocks256, Each32WithMin, ScaleAndMin, Unsigned};
use crate::product::avx2::halves::{first_halves, mins, scales};
use crate::product::avx2::unpack::five_bits;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks256 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 8];

    type Codes = Unsigned<0, 31>;
    type Scaling = Each32WithMin;

    #[inline(always)]
    fn codes(s: Avx2, chunk: &[Block; 8], index: usize) -> __m256i {
        five_bits(s, &chunk[index].qs, chunk[index].qh.get())
    }
}

impl ScaleAndMin for Unpack {
    #[inline(always)]
    fn scales(s: Avx2, chunk: &[Block; 8]) -> __m256 {
        scales(s, chunk)
    }

    #[inline(always)]
    fn mins(s: Avx2, chunk: &[Block; 8]) -> __m256 {
        mins(s, chunk)
    }

    #[inline(always)]
    fn scales_and_mins(s: Avx2, chunk: &[Block; 8]) -> [__m256; 2] {
        first_halves(s, chunk)
    }
}
