//! The conversions to integers that quantizers use; `NUMERICS.md` says which format uses which.

/// Rounds half away from zero, as C's `roundf`.
#[inline(always)]
pub(crate) fn round_half_away(value: f32) -> f32 {
    value.round()
}

/// Rounds to the nearest integer, ties to even, for |value| <= 4194303: the addition of 1.5 * 2^23 leaves the integer
/// in the low mantissa bits. Outside that range (and for NaN) the result is what those bits happen to say, on every
/// machine the same.
#[inline(always)]
pub(crate) fn nearest_int(value: f32) -> i32 {
    let bits = (value + 12_582_912.0).to_bits() as i32;
    (bits & 0x007f_ffff) - 0x0040_0000
}

/// Truncates toward zero; NaN and whatever does not fit an `i32` become `i32::MIN`, as on x86, where the reference's
/// bytes come from. Narrow the result with `as`: the reference narrows the same way.
#[inline(always)]
pub(crate) fn truncate(value: f32) -> i32 {
    // 2^31 saturates to i32::MAX, which no f32 in range converts to.
    let saturated = value as i32;
    if saturated == i32::MAX || value.is_nan() { i32::MIN } else { saturated }
}
