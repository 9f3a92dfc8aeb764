//! The scales with which blocks begin, sixteen at once.

use std::arch::x86_64::__m512;

use crate::product::avx512::strided;
use crate::simd::x86::Avx512;

/// The scales of sixteen blocks of `STRIDE` bytes that begin with one, as an f16.
#[inline(always)]
pub(crate) fn scales<const STRIDE: usize>(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
    [s.halves_to_f32(strided::words::<0, STRIDE, 1>(s, chunk)); 2]
}

/// The same with a minimum after each.
#[inline(always)]
pub(crate) fn scales_and_mins<const STRIDE: usize>(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
    let halves = strided::dwords::<0, STRIDE, 1>(s, chunk);
    [s.halves_to_f32(s.low_half(halves)), s.halves_to_f32(s.high_half::<1>(halves))]
}
