//! Registers of 256 bits, with AVX2 alone or with AVX-512, which does some things to them in fewer instructions.

use std::arch::x86_64::__m256i;

use super::avx2::unpack::spread_bits;
use crate::simd::x86::{Avx2, Avx512};

/// A token of either.
pub(crate) trait Registers256: Copy {
    /// What both have.
    fn avx2(self) -> Avx2;

    /// Bytes, those whose bit is set in a word, the first byte's lowest, subtracted from `from`.
    fn subtracted(self, bytes: __m256i, bits: u32, from: u8) -> __m256i;

    /// `sum` and, for each 32-bit lane, the two products of signed 16-bit numbers.
    fn dot_i16(self, sum: __m256i, a: __m256i, b: __m256i) -> __m256i;
}

impl Registers256 for Avx2 {
    #[inline(always)]
    fn avx2(self) -> Avx2 {
        self
    }

    #[inline(always)]
    fn subtracted(self, bytes: __m256i, bits: u32, from: u8) -> __m256i {
        let chosen = spread_bits(self, bits);
        // All bits turned, and one added, is the negative.
        let one_more = self.and(chosen, self.set1_i8(from.wrapping_add(1) as i8));
        self.add_i8(self.xor(bytes, chosen), one_more)
    }

    #[inline(always)]
    fn dot_i16(self, sum: __m256i, a: __m256i, b: __m256i) -> __m256i {
        self.add_i32(sum, self.multiply_pairs_i16(a, b))
    }
}

impl Registers256 for Avx512 {
    #[inline(always)]
    fn avx2(self) -> Avx2 {
        self.narrow()
    }

    #[inline(always)]
    fn subtracted(self, bytes: __m256i, bits: u32, from: u8) -> __m256i {
        self.masked_sub_i8_256(bytes, bits, self.narrow().set1_i8(from as i8), bytes)
    }

    #[inline(always)]
    fn dot_i16(self, sum: __m256i, a: __m256i, b: __m256i) -> __m256i {
        self.dot_i16_256(sum, a, b)
    }
}
