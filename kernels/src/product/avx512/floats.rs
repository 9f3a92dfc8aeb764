//! Unquantized numbers in registers of 512 bits.

use std::arch::x86_64::__m512;

use super::transpose::sums_f32;
use crate::product::floats::FloatLanes;
use crate::simd::x86::Avx512;

impl FloatLanes<16> for Avx512 {
    #[inline(always)]
    fn multiply_add(self, a: __m512, b: __m512, sum: __m512) -> __m512 {
        self.fma(a, b, sum)
    }

    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        self.add_f32(a, b)
    }

    #[inline(always)]
    fn sum(self, a: __m512) -> f32 {
        self.sum_f32(a)
    }

    #[inline(always)]
    fn sums(self, registers: &[__m512; 16]) -> __m512 {
        sums_f32(self, registers)
    }
}
