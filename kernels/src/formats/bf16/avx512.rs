//! BF16 by AVX-512.

use std::arch::x86_64::__m512;

use super::{Block, scalar};
use crate::product::floats::{FloatKernel, Floats};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = FloatKernel<Load>;

pub(crate) struct Load;

impl Floats<Avx512, 16> for Load {
    type Scalar = scalar::Kernel;

    #[inline(always)]
    fn load(s: Avx512, numbers: &[Block; 16]) -> __m512 {
        s.as_f32(s.shift_left_i32::<16>(s.extend_u16_u32(s.load_256(numbers))))
    }

    /// Even and odd numbers are converted separately, which saves the shuffles that would interleave them.
    #[inline(always)]
    fn multiply(s: Avx512, a: &[[Block; 16]; 2], b: &[[Block; 16]; 2], sums: [__m512; 2]) -> [__m512; 2] {
        let (a, b) = (s.load(a), s.load(b));
        let even = |pairs| s.as_f32(s.shift_left_i32::<16>(pairs));
        let odd = |pairs| s.as_f32(s.and(pairs, s.set1_i32(0xffff_0000_u32 as i32)));
        [s.fma(even(a), even(b), sums[0]), s.fma(odd(a), odd(b), sums[1])]
    }
}
