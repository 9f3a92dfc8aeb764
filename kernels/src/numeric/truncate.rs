//! Truncating conversions, several numbers at a time.

use crate::baseline::truncate_four;

/// Truncates each number toward zero; NaN and whatever does not fit an `i32` become `i32::MIN`, as on x86, where the
/// reference's bytes come from. Narrow the results with `as`: the reference narrows the same way.
#[inline(always)]
pub(crate) fn truncate<const N: usize>(values: [f32; N]) -> [i32; N] {
    const { assert!(N.is_multiple_of(4)) };
    let mut out = [0; N];
    for (out, &values) in out.as_chunks_mut().0.iter_mut().zip(values.as_chunks().0) {
        *out = truncate_four(values);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::truncate;

    #[test]
    fn what_does_not_fit_is_the_least_integer() {
        let values = [f32::NAN, f32::INFINITY, -f32::INFINITY, 2_147_483_648.0, -2_147_483_648.0, 3e9, -3e9, -f32::NAN];
        assert_eq!(truncate(values), [i32::MIN; 8]);
    }

    #[test]
    fn the_rest_loses_its_fraction() {
        let values = [2_147_483_520.0, -1.99, 1.99, -0.0, 0.999_999_94, -2_147_483_500.0, 1e-40, 8_388_607.5];
        assert_eq!(truncate(values), [2_147_483_520, -1, 1, 0, 0, -2_147_483_520, 0, 8_388_607]);
    }
}
