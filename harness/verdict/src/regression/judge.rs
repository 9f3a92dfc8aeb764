//! One series: what it does by itself, and whether a new value is more than that.

use std::collections::VecDeque;

use quantmark_record::schema::{Judgement, Verdict};

use super::robust::{center, spread};
use super::rules::Rules;

/// The values of a series, oldest first, as logarithms: a loss by a factor is as large as a gain by that factor.
#[derive(Clone, Debug)]
pub struct Series<'r> {
    rules: &'r Rules,
    /// The values since the last change.
    values: VecDeque<f64>,
    /// How far first looks were from the level.
    first_looks: VecDeque<f64>,
    /// How far the mean of the last one, two .. values was from the level before them.
    deviations: Vec<VecDeque<f64>>,
}

/// Values that a level needs before deviations from it tell of the series' noise.
const FEWEST_FOR_NOISE: usize = 5;

impl<'r> Series<'r> {
    /// A series without values.
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            rules,
            values: VecDeque::new(),
            first_looks: VecDeque::new(),
            deviations: vec![VecDeque::new(); rules.recent_runs],
        }
    }

    /// Whether a value must be taken again before anything is said: its first look stands out, or the run before left
    /// doubt.
    pub fn suspects(&self, first: f64) -> bool {
        let spread = spread(&self.first_looks.iter().copied().collect::<Vec<_>>());
        let stands_out = (first.ln() - self.level(0)).abs() > self.rules.suspect_spreads * spread;
        self.can_judge() && (stands_out || self.values.back().is_some_and(|last| self.doubts(last.exp())))
    }

    /// Whether what was taken again is still so far away that it is taken again once more.
    pub fn doubts(&self, retaken: f64) -> bool {
        self.can_judge() && (retaken.ln() - self.level(0)).abs() > self.rules.doubtful_share * self.threshold(0)
    }

    /// Takes the value of a run: the first look, and the mean of what was taken again, if anything was; says whether it
    /// is a change. `known` is what was said when the value was new, `None` where it is new.
    pub fn take(&mut self, first: f64, retaken: Option<f64>, known: Option<Verdict>) -> Judgement {
        let (level, can_judge) = (self.level(0), self.can_judge());
        let runs = self.values.len();
        let reason = (!can_judge).then(|| self.too_short(runs));
        if runs >= FEWEST_FOR_NOISE {
            push(&mut self.first_looks, first.ln() - level, self.rules.noise_runs);
        }
        push(&mut self.values, retaken.unwrap_or(first).ln(), self.rules.level_runs + self.rules.recent_runs);
        let found = self.find(retaken.is_some());
        let changed = match known {
            Some(verdict) => matches!(verdict, Verdict::Slower | Verdict::Faster),
            None => matches!(found, Some((_, _, true))),
        };
        if changed {
            let newest = *self.values.back().expect("it was just taken");
            self.values = VecDeque::from([newest]);
        } else {
            self.note_deviations();
        }
        let (change, threshold) = found.map(|(change, threshold, _)| (change, threshold)).unzip();
        Judgement {
            verdict: match change {
                _ if !can_judge => Verdict::NotJudged,
                Some(change) if changed && change < 0.0 => Verdict::Slower,
                Some(_) if changed => Verdict::Faster,
                _ => Verdict::Same,
            },
            level: (runs > 0).then(|| level.exp()),
            change: change.map(f64::exp),
            threshold: threshold.map(|threshold| threshold.exp() - 1.0),
            runs,
            reason,
        }
    }

    fn too_short(&self, runs: usize) -> String {
        // The noise of a series is known from before a change, the level is not.
        let unknown = self.deviations[0].len() < self.rules.fewest_runs;
        let fewest = self.rules.fewest_runs + if unknown { FEWEST_FOR_NOISE } else { 0 };
        format!("{runs} earlier runs at this level, a verdict takes {fewest}")
    }

    fn can_judge(&self) -> bool {
        self.values.len() >= self.rules.fewest_runs && self.deviations[0].len() >= self.rules.fewest_runs
    }

    /// The level of the values without the last `left_out`.
    fn level(&self, left_out: usize) -> f64 {
        let end = self.values.len().saturating_sub(left_out);
        let start = end.saturating_sub(self.rules.level_runs);
        center(&self.values.range(start..end).copied().collect::<Vec<_>>())
    }

    /// The mean of the last `count` values over the level before them, where there are enough.
    fn deviation(&self, count: usize, fewest: usize) -> Option<f64> {
        let before = self.values.len().checked_sub(count).filter(|&before| before >= fewest)?;
        Some(self.values.range(before..).sum::<f64>() / count as f64 - self.level(count))
    }

    /// What a deviation of the mean of `index + 1` values must exceed.
    fn threshold(&self, index: usize) -> f64 {
        let of = |index: usize| spread(&self.deviations[index].iter().copied().collect::<Vec<_>>());
        let count = self.deviations[index].len().max(1) as f64;
        // Values in a row are at best independent, and a spread from few values is itself uncertain.
        let own = of(index).max(of(0) / ((index + 1) as f64).sqrt()) * (1.0 + 2.0 / count).sqrt();
        (self.rules.spreads * own).max(self.rules.floor.ln_1p())
    }

    /// The first deviation that counts, else the last value's: deviation, threshold, whether it counts.
    fn find(&self, retaken: bool) -> Option<(f64, f64, bool)> {
        let fewest = self.rules.fewest_runs;
        let of = |index: usize| {
            let deviation = self.deviation(index + 1, fewest).filter(|_| self.deviations[index].len() >= fewest)?;
            let threshold = self.threshold(index);
            Some((deviation, threshold, retaken && deviation.abs() > threshold))
        };
        (0..self.rules.recent_runs).filter_map(of).find(|found| found.2).or_else(|| of(0))
    }

    fn note_deviations(&mut self) {
        for index in 0..self.rules.recent_runs {
            if let Some(deviation) = self.deviation(index + 1, FEWEST_FOR_NOISE) {
                push(&mut self.deviations[index], deviation, self.rules.noise_runs);
            }
        }
    }
}

fn push(values: &mut VecDeque<f64>, value: f64, most: usize) {
    values.push_back(value);
    if values.len() > most {
        values.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steady<'r>(rules: &'r Rules, runs: usize) -> Series<'r> {
        let mut series = Series::new(rules);
        for run in 0..runs {
            let value = 100.0 + (run * 7 % 5) as f64 * 0.2;
            series.take(value, None, Some(Verdict::Same));
        }
        series
    }

    #[test]
    fn a_short_series_is_silent_and_says_why() {
        let rules = Rules::load();
        let mut series = steady(&rules, 14);
        assert!(!series.suspects(50.0));
        let judgement = series.take(50.0, None, None);
        assert_eq!(judgement.verdict, Verdict::NotJudged);
        assert_eq!(judgement.reason.as_deref(), Some("14 earlier runs at this level, a verdict takes 15"));
    }

    #[test]
    fn a_step_is_told_once_and_becomes_the_level() {
        let rules = Rules::load();
        let mut series = steady(&rules, 40);
        assert!(series.suspects(80.0) && series.doubts(80.0));
        let judgement = series.take(80.0, Some(80.0), None);
        assert_eq!((judgement.verdict, judgement.runs), (Verdict::Slower, 40));
        assert!((judgement.change.unwrap() - 0.797).abs() < 0.01, "{judgement:?}");
        assert!(!series.suspects(80.0));
        assert_eq!(series.take(80.0, None, None).verdict, Verdict::NotJudged);
    }

    #[test]
    fn one_look_is_no_evidence() {
        let rules = Rules::load();
        let mut series = steady(&rules, 40);
        assert_eq!(series.take(80.0, None, None).verdict, Verdict::Same);
        assert_eq!(steady(&rules, 40).take(80.0, Some(100.2), None).verdict, Verdict::Same);
    }

    #[test]
    fn an_improvement_has_its_name() {
        let rules = Rules::load();
        assert_eq!(steady(&rules, 40).take(130.0, Some(130.0), None).verdict, Verdict::Faster);
    }

    #[test]
    fn what_is_below_the_floor_is_none() {
        let rules = Rules::load();
        let mut series = Series::new(&rules);
        (0..40).for_each(|_| _ = series.take(100.0, None, None));
        assert!(series.suspects(98.0));
        assert_eq!(series.take(98.0, Some(98.0), None).verdict, Verdict::Same);
    }
}
