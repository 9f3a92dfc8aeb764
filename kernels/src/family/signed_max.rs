//! The largest magnitude of a block, with the sign it came with.

/// Returns (largest |x|, the first x that has it); (0, 0) for a block of zeros.
#[inline]
pub(crate) fn signed_max(values: &[f32]) -> (f32, f32) {
    values
        .iter()
        .fold((0.0, 0.0), |(amax, max), &value| if amax < value.abs() { (value.abs(), value) } else { (amax, max) })
}
