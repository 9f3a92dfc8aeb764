//! Codes -1, 0, 1 and a scale that is the largest magnitude.

use super::extremes::max_magnitude;
use crate::numeric::round_to_int;

/// The scale of 256 weights and their codes plus one: 0, 1, 2.
pub(crate) fn codes(values: &[f32; 256]) -> (f32, [u8; 256]) {
    let d = max_magnitude(values);
    let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
    (d, round_to_int(values.map(|value| value * inverse)).map(|code| code.wrapping_add(1) as u8))
}
