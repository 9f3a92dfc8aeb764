//! IQ4_NL by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::bytes_of;

use super::{Block, scalar};
use crate::codec::iq4::CODEBOOK;
use crate::product::avx512::blocks::{self, Blocks, Blocks512, Each32};
use crate::product::avx512::unpack::{low_and_high_of, nibble_quads, nibble_table};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = super::avx2::Kernel;
    type Scaling = Each32;

    const OFFSET: u8 = 127;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 16], quad: usize) -> [__m512i; 2] {
        low_and_high_of(s, const { &nibble_table(&CODEBOOK, 127) }, nibble_quads::<2, 18>(s, bytes_of(chunk), quad))
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 16]) -> [__m512; 2] {
        blocks::scales::<18>(s, bytes_of(chunk))
    }
}
