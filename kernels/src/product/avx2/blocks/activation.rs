//! Scales and sums of activations.

use std::arch::x86_64::__m256;

use crate::activation::of_32::Of32;
use crate::product::avx2::halves::eight;
use crate::simd::x86::Avx2;

/// Scales of eight blocks of an activation.
#[inline(always)]
pub(crate) fn activation_scales<A: Of32>(s: Avx2, blocks: &[A; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].d()))
}

/// Scaled sums of the codes of eight blocks of an activation; 0 for formats that do not store them.
#[inline(always)]
pub(super) fn activation_sums<A: Of32>(s: Avx2, blocks: &[A; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].s()))
}
