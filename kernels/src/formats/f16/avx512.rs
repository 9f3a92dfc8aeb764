//! F16 by AVX-512.

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
        s.halves_to_f32(s.load_256(numbers))
    }
}
