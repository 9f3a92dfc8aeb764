//! Q4_1 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::product::avx512::blocks::{Blocks, Blocks512, both_halves_to_f32};
use crate::product::avx512::strided;
use crate::product::avx512::unpack::{low_and_high, nibble_pairs, nibble_quads};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = super::avx2::Kernel;

    const OFFSET: u8 = 0;
    const MINS: bool = true;
    const SCALE_FIRST: bool = true;
    const QUADS: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[u8], pair: usize) -> __m512i {
        s.and(nibble_pairs::<4, 20>(s, chunk, pair), s.set1_i8(15))
    }

    #[inline(always)]
    fn quad(s: Avx512, chunk: &[u8], quad: usize) -> [__m512i; 2] {
        low_and_high(s, nibble_quads::<4, 20>(s, chunk, quad))
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 20, 1>(s, chunk)); 2]
    }

    #[inline(always)]
    fn scales_and_mins(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
        both_halves_to_f32(s, strided::dwords::<0, 20, 1>(s, chunk))
    }
}
