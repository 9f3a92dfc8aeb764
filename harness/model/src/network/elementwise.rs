//! What is done number by number.

use multiversion::multiversion;

use super::exp::exp;

/// Divides a row by the root of its mean square and multiplies it by `weight`. The squares are added in f64, as ggml
/// does.
pub(super) fn rms_norm(row: &mut [f32], weight: &[f32], epsilon: f32) {
    let sum: f64 = row.iter().map(|&x| f64::from(x * x)).sum();
    let mean = (sum / row.len() as f64) as f32;
    let scale = 1.0 / (mean + epsilon).sqrt();
    for (x, weight) in row.iter_mut().zip(weight) {
        *x = *x * scale * weight;
    }
}

/// Puts each x's product with the logistic function of x in its place, times a factor of its own.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn times_silu(factors: &[f32], row: &mut [f32]) {
    for (x, factor) in row.iter_mut().zip(factors) {
        *x = silu(*x) * factor;
    }
}

/// Puts each x's Gaussian error linear unit in its place, times a factor of its own.
pub(super) fn times_gelu(factors: &[f32], row: &mut [f32]) {
    for (x, factor) in row.iter_mut().zip(factors) {
        *x = gelu(*x) * factor;
    }
}

/// x times the logistic function of x.
#[inline(always)]
fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// The Gaussian error linear unit, by tanh.
fn gelu(x: f32) -> f32 {
    const ROOT_OF_2_OVER_PI: f32 = 0.797_884_6;
    0.5 * x * (1.0 + (ROOT_OF_2_OVER_PI * x * (1.0 + 0.044_715 * x * x)).tanh())
}

/// Adds rows.
pub(super) fn add(to: &mut [f32], other: &[f32]) {
    for (to, other) in to.iter_mut().zip(other) {
        *to += other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normed_row_has_mean_square_one() {
        let mut row = [3.0, -4.0, 0.0, 12.0];
        rms_norm(&mut row, &[1.0; 4], 0.0);
        assert!((row.iter().map(|x| x * x).sum::<f32>() - 4.0).abs() < 1e-5 && row[1] < 0.0);
    }

    #[test]
    fn activations_pass_large_numbers_and_stop_small_ones() {
        for f in [silu, gelu] {
            assert_eq!((f(0.0), f(50.0)), (0.0, 50.0));
            assert!(f(-50.0).abs() < 1e-15);
        }
        assert!((gelu(1.0) - 0.841_19).abs() < 1e-4 && (silu(1.0) - 0.731_06).abs() < 1e-4);
    }
}
