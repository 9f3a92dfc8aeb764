//! Q2_0 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::bytes_of;

use super::{Block, scalar};
use crate::product::avx512::blocks::{Blocks, Blocks512, Each32};
use crate::product::avx512::strided;
use crate::product::unrolled;
use crate::simd::x86::Avx512;

/// In two blocks, the word of each 8 weights: those of the first halves of 32, and of the second.
static WORDS: [[u16; 32]; 2] = {
    let mut index = [[0; 32]; 2];
    let mut eight = 0;
    while eight < 16 {
        let lane = eight / 4 * 2 + eight % 2;
        index[eight / 2 % 2][4 * lane] = (9 * (eight / 8) + 1 + eight % 8) as u16;
        eight += 1;
    }
    index
};

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 8];
    type Narrow = super::avx2::Kernel;
    type Scaling = Each32;

    const OFFSET: u8 = 1;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 8], quad: usize) -> [__m512i; 2] {
        let two = s.load(&chunk.as_chunks::<2>().0[quad]);
        unrolled!(2; half => {
            let words = s.permute_u16(s.words(&WORDS[half]), two);
            s.and(s.multishift(s.set1_i64(0x0e0c_0a08_0604_0200), words), s.set1_i8(3))
        })
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 8]) -> [__m512; 2] {
        [s.halves_to_f32(strided::words::<0, 18, 2>(s, bytes_of(chunk))); 2]
    }
}
