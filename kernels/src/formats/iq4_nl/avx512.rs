//! IQ4_NL by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::family::iq4::CODEBOOK;
use crate::product::avx512::blocks::{Blocks, Blocks512};
use crate::product::avx512::strided;
use crate::product::avx512::unpack::{low_and_high_of, nibble_pairs, nibble_quads, nibble_table};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = super::avx2::Kernel;

    const OFFSET: u8 = 127;
    const SCALE_FIRST: bool = true;
    const QUADS: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[u8], pair: usize) -> __m512i {
        let table = s.bytes(const { &nibble_table(&CODEBOOK, 127) });
        s.permute_u8(nibble_pairs::<2, 18>(s, chunk, pair), table)
    }

    #[inline(always)]
    fn quad(s: Avx512, chunk: &[u8], quad: usize) -> [__m512i; 2] {
        low_and_high_of(s, const { &nibble_table(&CODEBOOK, 127) }, nibble_quads::<2, 18>(s, chunk, quad))
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 18, 1>(s, chunk)); 2]
    }
}
