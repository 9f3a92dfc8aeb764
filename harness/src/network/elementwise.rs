//! What is done number by number.

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

/// x times the logistic function of x.
pub(super) fn silu(x: f32) -> f32 {
    x / (1.0 + (-x).exp())
}

/// The Gaussian error linear unit, by tanh.
pub(super) fn gelu(x: f32) -> f32 {
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
