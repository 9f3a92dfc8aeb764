//! Middles and spreads that a few wild values do not move.

use quantmark_record::statistics::{mad, median};

/// Makes the median absolute deviation of normal values their standard deviation.
const MAD_TO_DEVIATION: f64 = 1.4826;

/// Values further out than this many deviations count as if they were no further.
const WINSOR: f64 = 3.0;

/// The mean of values of which the wild ones are pulled in; 0 of none.
pub fn center(values: &[f64]) -> f64 {
    let (Some(median), Some(mad)) = (median(values), mad(values)) else { return 0.0 };
    let limit = WINSOR * MAD_TO_DEVIATION * mad;
    let pulled = values.iter().map(|value| (value - median).clamp(-limit, limit));
    median + pulled.sum::<f64>() / values.len() as f64
}

/// The root mean square of deviations from 0 of which the wild ones are pulled in; 0 of none.
pub fn spread(deviations: &[f64]) -> f64 {
    let sizes: Vec<f64> = deviations.iter().map(|deviation| deviation.abs()).collect();
    let Some(middle) = median(&sizes) else { return 0.0 };
    let limit = WINSOR * MAD_TO_DEVIATION * middle;
    let squares = sizes.iter().map(|size| size.min(limit).powi(2));
    (squares.sum::<f64>() / sizes.len() as f64).sqrt()
}

/// The mean without the smallest and the largest value where there are at least five; `None` of none.
pub fn trimmed_mean(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let kept = if sorted.len() >= 5 { &sorted[1..sorted.len() - 1] } else { &sorted[..] };
    (!kept.is_empty()).then(|| kept.iter().sum::<f64>() / kept.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_values_are_pulled_in() {
        assert_eq!(center(&[]), 0.0);
        assert_eq!(center(&[4.0]), 4.0);
        let calm = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        assert!((center(&calm) - 4.0).abs() < 1e-12);
        let wild = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7000.0];
        assert!(center(&wild) < 6.0);
        assert_eq!(spread(&[0.0, 0.0]), 0.0);
        assert!((spread(&[1.0, -1.0, 1.0]) - 1.0).abs() < 1e-12);
        assert!(spread(&[1.0, -1.0, 1.0, -1.0, 500.0]) < 3.0);
        assert_eq!(trimmed_mean(&[]), None);
        assert_eq!(trimmed_mean(&[1.0, 2.0]), Some(1.5));
        assert_eq!(trimmed_mean(&[-100.0, 1.0, 2.0, 3.0, 100.0]), Some(2.0));
    }
}
