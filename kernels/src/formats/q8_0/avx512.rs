//! Q8_0 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::product::avx512::blocks::Blocks512;
use crate::product::avx512::bytes::Bytes;
use crate::product::avx512::strided;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Bytes;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = super::avx2::Kernel;

    const OFFSET: u8 = 128;
    const SCALE_FIRST: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[u8], pair: usize) -> __m512i {
        let codes = |block: usize| -> &[u8; 32] { chunk[34 * block + 2..].first_chunk().expect("a block") };
        // The sign bit turned is the code plus 128.
        s.xor(s.load_pair(codes(2 * pair), codes(2 * pair + 1)), s.set1_i8(i8::MIN))
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 34, 1>(s, chunk)); 2]
    }
}
