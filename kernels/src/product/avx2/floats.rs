//! Unquantized numbers in registers of 256 bits.

use std::arch::x86_64::__m256;

use super::transpose::sums_f32;
use crate::product::floats::FloatLanes;
use crate::simd::x86::Avx2;

impl FloatLanes<8> for Avx2 {
    #[inline(always)]
    fn multiply_add(self, a: __m256, b: __m256, sum: __m256) -> __m256 {
        self.fma(a, b, sum)
    }

    #[inline(always)]
    fn add(self, a: __m256, b: __m256) -> __m256 {
        self.add_f32(a, b)
    }

    #[inline(always)]
    fn sum(self, a: __m256) -> f32 {
        self.sum_f32(a)
    }

    #[inline(always)]
    fn sums(self, registers: &[__m256; 8]) -> __m256 {
        sums_f32(self, registers)
    }
}
