//! The conversions to integers that quantizers use; `NUMERICS.md` says which format uses which.

use super::truncate::truncate;

/// Rounds to the nearest integer, ties to even, for |value| <= 4194303: the addition of 1.5 * 2^23 leaves the integer
/// in the low mantissa bits. Outside that range (and for NaN) the result is what those bits happen to say, on every
/// machine the same.
#[inline(always)]
pub(crate) fn nearest_int(value: f32) -> i32 {
    let bits = (value + 12_582_912.0).to_bits() as i32;
    (bits & 0x007f_ffff) - 0x0040_0000
}

/// Rounds each number half away from zero to an integer; NaN and whatever does not fit an `i32` become `i32::MIN`, as
/// [`truncate`] has it.
#[inline(always)]
pub(crate) fn round_to_int<const N: usize>(values: [f32; N]) -> [i32; N] {
    let mut out = truncate(values);
    for (out, value) in out.iter_mut().zip(values) {
        // Exact: below 2^23 both lie within one of each other, above it `value` is whole already.
        let rest = value - *out as f32;
        let step = i32::from(rest >= 0.5) - i32::from(rest <= -0.5);
        *out += if value.abs() < 8_388_608.0 { step } else { 0 };
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{nearest_int, round_to_int};

    #[test]
    fn halves_and_their_neighbours() {
        let values = [0.5, -0.5, 0.499_999_97, -0.499_999_97, 1.5, 2.5, -2.5, 0.0, -0.0, 8_388_607.5, 4_194_303.5, 1e9];
        assert_eq!(round_to_int(values), [1, -1, 0, 0, 2, 3, -3, 0, 0, 8_388_608, 4_194_304, 1_000_000_000]);
        assert_eq!([0.5, 1.5, 2.5, -0.5, -1.5, -2.5].map(nearest_int), [0, 2, 2, 0, -2, -2]);
    }

    #[test]
    fn what_does_not_fit_is_the_least_integer() {
        assert_eq!(round_to_int([f32::NAN, f32::INFINITY, -f32::INFINITY, 3e9]), [i32::MIN; 4]);
    }

    proptest! {
        #[test]
        fn rounding_is_that_of_the_standard_library(value in -2.1e9f32..2.1e9) {
            prop_assert_eq!(round_to_int([value; 4]), [value.round() as i32; 4]);
        }

        #[test]
        fn small_numbers_too(value in -300f32..300.0) {
            prop_assert_eq!(round_to_int([value; 4]), [value.round() as i32; 4]);
        }
    }
}
