//! Q8_0 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::product::avx512::blocks::{Activation, Blocks512};
use crate::product::avx512::bytes::Bytes;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Bytes;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = super::avx2::Kernel;

    const OFFSET: u8 = 128;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 16], quad: usize) -> [__m512i; 2] {
        // The sign bit turned is the code plus 128.
        let [first, second] = Activation::halves(s, chunk, quad);
        [s.xor(first, s.set1_i8(i8::MIN)), s.xor(second, s.set1_i8(i8::MIN))]
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 16]) -> [__m512; 2] {
        [Activation::scales(s, chunk); 2]
    }
}
