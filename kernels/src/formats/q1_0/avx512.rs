//! Q1_0 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::product::avx512::blocks::{Blocks, Blocks512};
use crate::product::avx512::strided;
use crate::product::avx512::unpack::quad_bits;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 4];
    type Narrow = super::avx2::Kernel;

    const OFFSET: u8 = 1;
    const QUADS: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[u8], pair: usize) -> __m512i {
        let bits = chunk[18 * (pair / 2) + 2 + 8 * (pair % 2)..].first_chunk().expect("a block");
        s.keep_u8(u64::from_le_bytes(*bits), s.set1_i8(2))
    }

    #[inline(always)]
    fn quad(s: Avx512, chunk: &[u8], quad: usize) -> [__m512i; 2] {
        let bits = |half: usize| -> u64 {
            u64::from_le_bytes(*chunk[18 * quad + 2 + 8 * half..].first_chunk().expect("a block"))
        };
        let bits = quad_bits(bits(0), bits(1));
        [s.keep_u8(bits[0], s.set1_i8(2)), s.keep_u8(bits[1], s.set1_i8(2))]
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 18, 4>(s, chunk)); 2]
    }
}
