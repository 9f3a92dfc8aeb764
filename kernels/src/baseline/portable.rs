//! In terms of the language's own conversion, which saturates.

/// Truncates toward zero; NaN and whatever does not fit become `i32::MIN`.
#[inline(always)]
pub(crate) fn truncate_four(values: [f32; 4]) -> [i32; 4] {
    values.map(|value| {
        // 2^31 saturates to i32::MAX, which no f32 in range converts to.
        let saturated = value as i32;
        if saturated == i32::MAX || value.is_nan() { i32::MIN } else { saturated }
    })
}
