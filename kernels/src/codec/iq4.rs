//! The codebook of IQ4_NL and IQ4_XS, and the search for the scale of 32 weights.

use super::extremes::signed_max;
use super::importance::{squares, sum_of_squares, weigh};

/// The 16 levels.
pub(crate) const CODEBOOK: [i8; 16] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

/// Below this largest magnitude a sub-block counts as zero.
const LEAST_MAGNITUDE: f32 = 1e-15;

/// Candidate scales: the largest weight is put on each of these levels around the codebook's first.
const CANDIDATES: usize = 15;

/// The index of the level nearest to `x`, the upper of two equally near; the last for NaN.
#[inline(always)]
pub(crate) fn nearest(x: f32) -> u8 {
    // Half way between two levels is a multiple of one half, so comparing with it is exact.
    (0..15).map(|k| u8::from(above(x, k))).sum()
}

/// The nearest level itself.
#[inline(always)]
fn nearest_level(x: f32) -> f32 {
    let mut level = f32::from(CODEBOOK[0]);
    for k in 0..15 {
        level += if above(x, k) { f32::from(CODEBOOK[k + 1]) - f32::from(CODEBOOK[k]) } else { 0.0 };
    }
    level
}

#[inline(always)]
#[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN must count as above")]
fn above(x: f32, k: usize) -> bool {
    !(x < (f32::from(CODEBOOK[k]) + f32::from(CODEBOOK[k + 1])) / 2.0)
}

/// What the squared error of each weight counts: importance times the root of the weight's square and the super-block's
/// mean square twice; the square alone without importance.
#[inline(always)]
pub(crate) fn error_weights(values: &[f32; 32], importance: Option<&[f32; 32]>, sigma2: f32) -> [f32; 32] {
    match importance {
        Some(importance) => weigh(values, importance, sigma2),
        None => squares(values),
    }
}

/// Twice the mean square of a super-block, summed in order.
pub(crate) fn sigma2(values: &[f32]) -> f32 {
    sum_of_squares(values) * (2.0 / values.len() as f32)
}

/// The scale under which the weighted squared error is least, among the best scales for the codes that each candidate
/// gives.
pub(crate) fn best_scale(values: &[f32; 32], weights: &[f32; 32]) -> f32 {
    let max = signed_max(values);
    if max.abs() < LEAST_MAGNITUDE {
        return 0.0;
    }
    let first = f32::from(CODEBOOK[0]);
    // One more than the candidates: the last lane holds the first guess, whose reciprocal is rounded otherwise.
    let inverse: [f32; CANDIDATES + 1] =
        std::array::from_fn(|c| if c == CANDIDATES { 1.0 / (-max / first) } else { (c as f32 - 7.0 + first) / max });
    let mut sums_qx = [0.0f32; CANDIDATES + 1];
    let mut sums_q2 = [0.0f32; CANDIDATES + 1];
    for (&x, &w) in values.iter().zip(weights) {
        // The candidates side by side: each sum keeps the order of the weights.
        for c in 0..=CANDIDATES {
            let q = nearest_level(inverse[c] * x);
            sums_qx[c] += w * q * x;
            sums_q2[c] += w * q * q;
        }
    }
    let (qx, q2) = (sums_qx[CANDIDATES], sums_q2[CANDIDATES]);
    let mut d = if q2 > 0.0 { qx / q2 } else { 0.0 };
    let mut best = d * qx;
    for (&qx, &q2) in sums_qx.iter().zip(&sums_q2).take(CANDIDATES) {
        if q2 > 0.0 && qx * qx > best * q2 {
            d = qx / q2;
            best = d * qx;
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use super::{CODEBOOK, nearest, nearest_level};

    #[test]
    fn nearest_is_nearest() {
        for step in -1200..1200 {
            let x = step as f32 / 8.0;
            let distance = |code: u8| (f32::from(CODEBOOK[usize::from(code)]) - x).abs();
            let code = nearest(x);
            assert!((0..16).all(|other| distance(code) <= distance(other)), "{x}");
            assert_eq!(nearest_level(x), f32::from(CODEBOOK[usize::from(code)]));
        }
        assert_eq!((nearest(0.0), nearest(f32::NAN), nearest(7.0)), (8, 15, 9));
    }
}
