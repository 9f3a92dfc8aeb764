//! Registers of 256 bits: operations that take fewer instructions with AVX-512 than with AVX2 alone.

use std::arch::x86_64::__m256i;

use crate::simd::x86::{Avx2, Avx512};

/// The token of AVX2 or of AVX-512.
pub(crate) trait Registers256: Copy {
    /// The instructions that both have.
    fn avx2(self) -> Avx2;

    /// Replaces the bytes whose bit is set in `bits` by `from` less the byte; bit i belongs to byte i.
    fn subtracted(self, bytes: __m256i, bits: u32, from: u8) -> __m256i;

    /// Adds to each 32-bit lane of `sum` the two products of its signed 16-bit numbers.
    fn dot_i16(self, sum: __m256i, a: __m256i, b: __m256i) -> __m256i;
}

/// Sets all bits of the bytes whose bit is set in a word; bit i belongs to byte i.
#[inline(always)]
pub(crate) fn spread_bits(s: Avx2, word: u32) -> __m256i {
    const EACH: [[u8; 8]; 4] = [[0; 8], [1; 8], [2; 8], [3; 8]];
    let bit = s.set1_i64(0x8040_2010_0804_0201_u64 as i64);
    // The index is opaque: a shuffle with a known one is split into several.
    let bytes = s.shuffle_u8(s.set1_i32(word as i32), s.made(s.load(&EACH)));
    s.equal_i8(s.and(bytes, bit), bit)
}

impl Registers256 for Avx2 {
    #[inline(always)]
    fn avx2(self) -> Avx2 {
        self
    }

    #[inline(always)]
    fn subtracted(self, bytes: __m256i, bits: u32, from: u8) -> __m256i {
        let chosen = spread_bits(self, bits);
        // The negative of a byte is its complement plus one.
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
