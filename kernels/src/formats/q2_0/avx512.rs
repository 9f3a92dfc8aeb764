//! Q2_0 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::product::avx512::blocks::{Blocks, Blocks512};
use crate::product::avx512::strided;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 8];
    type Narrow = super::avx2::Kernel;

    const OFFSET: u8 = 1;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[u8], pair: usize) -> __m512i {
        let bytes: &[u8; 16] = chunk[18 * pair + 2..].first_chunk().expect("a block");
        let codes = s.multishift(s.set1_i64(0x0e0c_0a08_0604_0200), s.extend_u16_u64(s.load_128(bytes)));
        s.and(codes, s.set1_i8(3))
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 18, 2>(s, chunk)); 2]
    }
}
