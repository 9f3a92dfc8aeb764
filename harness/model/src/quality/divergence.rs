//! How far the predictions of a model are from those of another.

use serde::Serialize;

use super::log_probabilities::LogProbabilities;

/// Divergence over all predictions that count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Divergence {
    /// Mean Kullback-Leibler divergence from the base's predictions, in nats.
    pub kld_mean: f64,
    /// Its standard error.
    pub kld_error: f64,
    /// The median.
    pub kld_median: f64,
    /// What 99 % of the predictions stay below.
    pub kld_99: f64,
    /// The largest.
    pub kld_max: f64,
    /// Root mean square of the change in the probability of the token that came, from 0 to 1.
    pub probability_change: f64,
    /// Share of predictions in which both find the same token most probable.
    pub same_top: f64,
}

/// The divergence of one prediction.
pub(super) struct One {
    kld: f64,
    probability_change: f64,
    same_top: bool,
}

impl One {
    pub(super) fn of(base: &LogProbabilities<'_>, model: &LogProbabilities<'_>, target: usize) -> Self {
        let kld = base.iter().zip(model.iter()).map(|(base, model)| base.exp() * (base - model)).sum();
        let probability_change = model.get(target).exp() - base.get(target).exp();
        Self { kld, probability_change, same_top: base.top() == model.top() }
    }
}

impl Divergence {
    /// Over at least one prediction.
    pub(super) fn over(predictions: &[One]) -> Self {
        let count = predictions.len() as f64;
        let mean = |of: &dyn Fn(&One) -> f64| predictions.iter().map(of).sum::<f64>() / count;
        let kld_mean = mean(&|one| one.kld);
        let variance = mean(&|one| (one.kld - kld_mean).powi(2));
        let mut sorted: Vec<f64> = predictions.iter().map(|one| one.kld).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| sorted[((count - 1.0) * share).round() as usize];
        Self {
            kld_mean,
            kld_error: (variance / (count - 1.0).max(1.0)).sqrt(),
            kld_median: quantile(0.5),
            kld_99: quantile(0.99),
            kld_max: quantile(1.0),
            probability_change: mean(&|one| one.probability_change.powi(2)).sqrt(),
            same_top: mean(&|one| f64::from(u8::from(one.same_top))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(base: &[f32], model: &[f32]) -> One {
        One::of(&LogProbabilities::of(base), &LogProbabilities::of(model), 0)
    }

    #[test]
    fn a_model_does_not_diverge_from_itself() {
        let same = one(&[0.5, -1.0, 2.0], &[0.5, -1.0, 2.0]);
        let divergence = Divergence::over(&[same]);
        assert_eq!((divergence.kld_mean, divergence.probability_change, divergence.same_top), (0.0, 0.0, 1.0));
    }

    #[test]
    fn a_known_divergence() {
        // Even odds against one to three.
        let odds = one(&[0.0, 0.0], &[0.0, 3f32.ln()]);
        assert!((odds.kld - (0.5 * 2f64.ln() + 0.5 * (2.0f64 / 3.0).ln())).abs() < 1e-6);
        assert!((odds.probability_change + 0.25).abs() < 1e-6 && !odds.same_top);
    }
}
