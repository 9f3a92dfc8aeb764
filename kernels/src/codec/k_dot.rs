//! The integer stage of a K-quant's dot product with Q8_K.

use crate::activation::q8_k;

/// The sum over sub-blocks of `SUB` weights of scale times the codes' product with the activation's. A code times its
/// scale fits 16 bits.
#[inline(always)]
pub(crate) fn scaled_dot<const SUB: usize>(codes: &[i8; 256], scales: &[i16], activation: &[i8; 256]) -> i32 {
    let mut sum = 0;
    for ((codes, activation), &scale) in codes.chunks_exact(SUB).zip(activation.chunks_exact(SUB)).zip(scales) {
        for (&code, &activation) in codes.iter().zip(activation) {
            sum += i32::from(i16::from(code) * scale) * i32::from(i16::from(activation));
        }
    }
    sum
}

/// The sum over the activation's groups of 16 of their sum of codes times the minimum of the sub-block of
/// `16 * GROUPS` weights they lie in.
#[inline(always)]
pub(crate) fn min_dot<const GROUPS: usize>(mins: &[u8], activation: &q8_k::Block) -> i32 {
    let mut sum = 0;
    for (sums, &min) in activation.bsums.chunks_exact(GROUPS).zip(mins) {
        for group in sums {
            sum += i32::from(group.get()) * i32::from(min);
        }
    }
    sum
}
