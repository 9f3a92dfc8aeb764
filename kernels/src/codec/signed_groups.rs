//! Groups of 8 weights: magnitudes from a codebook, and their signs, a bit each.

use crate::numeric::Real;

/// What each weight is multiplied by, -1 where its bit is set.
static MULTIPLIERS: [[i8; 8]; 256] = {
    let mut multipliers = [[1; 8]; 256];
    let mut signs = 0;
    while signs < 256 {
        let mut i = 0;
        while i < 8 {
            if signs >> i & 1 == 1 {
                multipliers[signs][i] = -1;
            }
            i += 1;
        }
        signs += 1;
    }
    multipliers
};

/// Decodes a group; a set bit in `signs` is a minus.
#[inline(always)]
pub(crate) fn dequantize<R: Real>(scale: R, magnitudes: &[i8; 8], signs: u8, out: &mut [R; 8]) {
    let signs = &MULTIPLIERS[usize::from(signs)];
    for ((out, &magnitude), &sign) in out.iter_mut().zip(magnitudes).zip(signs) {
        *out = scale * R::from_i32((magnitude * sign).into());
    }
}

/// The sum of the products of a group's codes with those of an activation.
#[inline(always)]
pub(crate) fn dot(magnitudes: &[i8; 8], signs: u8, activation: &[i8; 8]) -> i32 {
    let signs = &MULTIPLIERS[usize::from(signs)];
    let mut sum = 0;
    for i in 0..8 {
        // A magnitude is at most 62, so this is exact.
        sum += i32::from(magnitudes[i] * signs[i]) * i32::from(activation[i]);
    }
    sum
}
