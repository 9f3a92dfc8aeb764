//! The integer stage of dot products.

use crate::family::signs::MULTIPLIERS;

/// The sum of 8 products: two points of a codebook, with signs a bit each, and activations.
#[inline(always)]
pub(crate) fn signed_dot(points: [&[i8; 4]; 2], signs: u8, activation: &[i8; 8]) -> i32 {
    let magnitudes: [i8; 8] = bytemuck::cast([*points[0], *points[1]]);
    let signs = &MULTIPLIERS[usize::from(signs)];
    let mut sum = 0;
    for i in 0..8 {
        // A magnitude is at most 62, so this is exact.
        sum += i32::from(magnitudes[i] * signs[i]) * i32::from(activation[i]);
    }
    sum
}
