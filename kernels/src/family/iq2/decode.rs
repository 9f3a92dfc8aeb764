//! Decoding groups of 8 weights: magnitudes from a codebook, signs from a byte.

use crate::numeric::Real;

/// The factors of 8 weights for each byte of signs, a set bit for a minus.
static FACTORS: [[i8; 8]; 256] = {
    let mut factors = [[1; 8]; 256];
    let mut signs = 0;
    while signs < 256 {
        let mut i = 0;
        while i < 8 {
            if signs >> i & 1 == 1 {
                factors[signs][i] = -1;
            }
            i += 1;
        }
        signs += 1;
    }
    factors
};

/// The scale of a sub-block whose code is `code`: `d * (code + 1/2) / 4`.
#[inline(always)]
pub(crate) fn sub_scale<R: Real>(d: R, code: u8) -> R {
    d * R::from_f32(0.5 + f32::from(code)) * R::from_f32(0.25)
}

/// Decodes a group.
#[inline(always)]
pub(crate) fn group<R: Real>(scale: R, magnitudes: &[i8; 8], signs: u8, out: &mut [R; 8]) {
    let factors = &FACTORS[usize::from(signs)];
    for ((out, &magnitude), &factor) in out.iter_mut().zip(magnitudes).zip(factors) {
        *out = scale * R::from_i32((magnitude * factor).into());
    }
}

/// The sum of the products of a group's codes with those of an activation.
#[inline(always)]
pub(crate) fn group_dot(magnitudes: &[i8; 8], signs: u8, activation: &[i8; 8]) -> i32 {
    let factors = &FACTORS[usize::from(signs)];
    let mut sum = 0;
    for ((&magnitude, &factor), &activation) in magnitudes.iter().zip(factors).zip(activation) {
        sum += i32::from(i16::from(magnitude) * i16::from(factor)) * i32::from(i16::from(activation));
    }
    sum
}
