//! Q2_0 by AVX2.

use std::arch::x86_64::{__m256, __m256i};

use super::{Block, scalar};
use crate::numeric::f16_table;
use crate::product::avx2::blocks::{Blocks, Blocks256, Each32, ScaleOf32, Unsigned};
use crate::product::avx2::halves::eight;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks256 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 4];

    type Codes = Unsigned<1, 3>;
    type Scaling = Each32;

    #[inline(always)]
    fn codes(s: Avx2, chunk: &[Block; 4], index: usize) -> __m256i {
        // A byte in every 32 bits, its four codes moved to bytes of their own.
        let packed = &chunk[index / 2].qs.as_chunks::<8>().0[index % 2];
        let bytes = s.extend_u8_u32(s.load_64(packed));
        let low = s.or(bytes, s.shift_left_i32::<6>(bytes));
        let all = s.or(low, s.shift_left_i32::<12>(low));
        s.and(all, s.set1_i8(3))
    }
}

impl ScaleOf32 for Unpack {
    #[inline(always)]
    fn scale(chunk: &[Block; 4], index: usize) -> f32 {
        f16_table::get(chunk[index / 2].d)
    }

    #[inline(always)]
    fn scales(s: Avx2, chunk: &[Block; 4]) -> __m256 {
        let [a, b, c, d] = unrolled!(4; k => chunk[k].d);
        eight(s, [a, a, b, b, c, c, d, d])
    }
}
