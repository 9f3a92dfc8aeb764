//! By SSE2, which every x86-64 has.

use std::arch::x86_64::{__m128, __m128i, _mm_cvttps_epi32};

/// Truncates toward zero; NaN and whatever does not fit become `i32::MIN`.
#[inline(always)]
pub(crate) fn truncate_four(values: [f32; 4]) -> [i32; 4] {
    let values: __m128 = bytemuck::cast(values);
    // SAFETY: SSE2 is part of x86-64.
    let integers: __m128i = unsafe { _mm_cvttps_epi32(values) };
    bytemuck::cast(integers)
}
