//! Q8_0 unpacked to codes with 128 added, for the products that it shares with other formats.

use std::arch::x86_64::{__m512, __m512i};

use crate::formats::q8_0::{Block, avx2, scalar};
use crate::product::avx512::blocks::{Activation, Blocks512, Each32};
use crate::simd::x86::Avx512;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 16];
    type Narrow = avx2::Kernel;
    type Scaling = Each32;

    const OFFSET: u8 = 128;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 16], quad: usize) -> [__m512i; 2] {
        // With its sign bit inverted a code has 128 added.
        let [first, second] = Activation::halves(s, chunk, quad);
        [s.xor(first, s.set1_i8(i8::MIN)), s.xor(second, s.set1_i8(i8::MIN))]
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 16]) -> [__m512; 2] {
        [Activation::scales(s, chunk); 2]
    }
}
