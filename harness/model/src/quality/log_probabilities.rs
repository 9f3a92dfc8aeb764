//! From logits to the logarithms of probabilities.

/// The logarithms of the probabilities that logits stand for.
pub(super) struct LogProbabilities<'a> {
    logits: &'a [f32],
    /// What is taken from each logit.
    shift: f64,
}

impl<'a> LogProbabilities<'a> {
    pub(super) fn of(logits: &'a [f32]) -> Self {
        let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = logits.iter().map(|&logit| f64::from((logit - max).exp())).sum();
        Self { logits, shift: f64::from(max) + sum.ln() }
    }

    pub(super) fn get(&self, token: usize) -> f64 {
        f64::from(self.logits[token]) - self.shift
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = f64> {
        self.logits.iter().map(|&logit| f64::from(logit) - self.shift)
    }

    /// The most probable token, the first of equals.
    pub(super) fn top(&self) -> usize {
        let mut top = 0;
        for (token, &logit) in self.logits.iter().enumerate() {
            if logit > self.logits[top] {
                top = token;
            }
        }
        top
    }
}

#[cfg(test)]
mod tests {
    use super::LogProbabilities;

    #[test]
    fn probabilities_add_up_to_one() {
        let logits = [1000.0, 999.0, -1000.0, 1000.0];
        let logs = LogProbabilities::of(&logits);
        assert!((logs.iter().map(f64::exp).sum::<f64>() - 1.0).abs() < 1e-6);
        assert!((logs.get(0) - logs.get(1) - 1.0).abs() < 1e-6);
        assert_eq!(logs.top(), 0);
    }
}
