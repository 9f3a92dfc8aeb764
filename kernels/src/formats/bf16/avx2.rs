//! BF16 by AVX2.

use std::arch::x86_64::__m256;

use super::{Block, scalar};
use crate::product::floats::{FloatKernel, Floats};
use crate::simd::x86::Avx2;

pub(crate) type Kernel = FloatKernel<Load>;

pub(crate) struct Load;

impl Floats<Avx2, 8> for Load {
    type Scalar = scalar::Kernel;

    #[inline(always)]
    fn load(s: Avx2, numbers: &[Block; 8]) -> __m256 {
        bytemuck::cast(s.shift_left_i32::<16>(s.extend_u16_u32(s.load_128(numbers))))
    }
}
