//! F16 by AVX-512.

use std::arch::x86_64::__m512;

use super::{Block, scalar};
use crate::product::avx512::floats::{Floats, Floats512};
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Floats<Load>;

pub(crate) struct Load;

impl Floats512 for Load {
    type Scalar = scalar::Kernel;

    #[inline(always)]
    fn sixteen(s: Avx512, numbers: &[Block; 16]) -> __m512 {
        s.halves_to_f32(s.load_256(numbers))
    }
}
