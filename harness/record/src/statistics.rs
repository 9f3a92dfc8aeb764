//! What is said about samples. Nothing here knows units; medians rather than means, because timings have a long tail.

use crate::schema::Interval;

/// Resamples behind a bootstrap interval.
const RESAMPLES: usize = 2000;

/// Share of the resamples that an interval leaves out on each side.
const TAIL: f64 = 0.025;

/// What a record says about one series of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Median.
    pub median: f64,
    /// Median absolute deviation from the median, as it is: not scaled to a standard deviation.
    pub mad: f64,
    /// Lower end of the 95 % bootstrap interval of the median.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Describes a series; `None` where it is empty. Equal samples and seeds give equal results everywhere.
pub fn describe(samples: &[f64], seed: u64) -> Option<Statistics> {
    let Interval { median, low, high } = median_interval(samples, seed)?;
    Some(Statistics { median, mad: mad(samples)?, low, high })
}

/// The middle of the samples; the mean of the middle two where their number is even; `None` where there are none.
pub fn median(samples: &[f64]) -> Option<f64> {
    median_of(&mut samples.to_vec())
}

/// The median distance of the samples from their median; `None` where there are none.
pub fn mad(samples: &[f64]) -> Option<f64> {
    let center = median(samples)?;
    median_of(&mut samples.iter().map(|sample| (sample - center).abs()).collect::<Vec<_>>())
}

/// The median and its 95 % percentile bootstrap interval; `None` where there are no samples.
///
/// Below about six samples the interval spans little more than the samples themselves and says less than 95 %.
pub fn median_interval(samples: &[f64], seed: u64) -> Option<Interval> {
    let mut random = Random::new(seed);
    let mut drawn = vec![0.0; samples.len()];
    interval(median(samples)?, || random.resampled_median(samples, &mut drawn))
}

/// The median ratio of pairs that were taken in turn, the `n`th of one with the `n`th of the other, and its interval:
/// what disturbs both sides of a pair alike cancels. `None` where the lengths differ or there are no pairs.
pub fn paired_ratio(over: &[f64], under: &[f64], seed: u64) -> Option<Interval> {
    if over.len() != under.len() {
        return None;
    }
    let ratios: Vec<f64> = over.iter().zip(under).map(|(over, under)| over / under).collect();
    median_interval(&ratios, seed)
}

/// The ratio of the medians of two series that were taken apart, and its interval. `None` where one is empty.
pub fn unpaired_ratio(over: &[f64], under: &[f64], seed: u64) -> Option<Interval> {
    let mut random = Random::new(seed);
    let mut drawn_over = vec![0.0; over.len()];
    let mut drawn_under = vec![0.0; under.len()];
    interval(median(over)? / median(under)?, || {
        random.resampled_median(over, &mut drawn_over) / random.resampled_median(under, &mut drawn_under)
    })
}

/// The geometric mean, which is what ratios are averaged by; `None` where there is nothing to average or a value is
/// not above zero.
pub fn geometric_mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for value in values {
        if value <= 0.0 || !value.is_finite() {
            return None;
        }
        sum += value.ln();
        count += 1;
    }
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

fn interval(median: f64, resampled: impl FnMut() -> f64) -> Option<Interval> {
    let mut medians: Vec<f64> = std::iter::repeat_with(resampled).take(RESAMPLES).collect();
    medians.sort_unstable_by(f64::total_cmp);
    Some(Interval { median, low: quantile(&medians, TAIL), high: quantile(&medians, 1.0 - TAIL) })
}

/// The quantile of sorted values, the nearest of them.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

fn median_of(samples: &mut [f64]) -> Option<f64> {
    let middle = samples.len() / 2;
    if samples.is_empty() {
        return None;
    }
    let (below, &mut upper, _) = samples.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().max_by(f64::total_cmp);
    match lower {
        Some(lower) if samples.len().is_multiple_of(2) => Some(lower + (upper - lower) / 2.0),
        _ => Some(upper),
    }
}

/// SplitMix64: small, and the same numbers on every platform.
struct Random(u64);

impl Random {
    const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An index below `length`; the bias of the multiplication is below 2^-32 for any series that fits a record.
    fn index(&mut self, length: usize) -> usize {
        ((u128::from(self.next()) * length as u128) >> 64) as usize
    }

    fn resampled_median(&mut self, samples: &[f64], drawn: &mut [f64]) -> f64 {
        drawn.fill_with(|| samples[self.index(samples.len())]);
        median_of(drawn).unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ODD: &[f64] = &[3.0, 1.0, 2.0];

    #[test]
    fn median_is_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(ODD), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

    #[test]
    fn mad_is_blind_to_an_outlier() {
        assert_eq!(mad(&[]), None);
        assert_eq!(mad(&[5.0, 5.0, 5.0]), Some(0.0));
        assert_eq!(mad(&[1.0, 2.0, 3.0, 4.0, 1e9]), Some(1.0));
    }

    #[test]
    fn an_interval_of_one_sample_is_that_sample() {
        assert_eq!(median_interval(&[7.0], 1), Some(Interval { median: 7.0, low: 7.0, high: 7.0 }));
        assert_eq!(median_interval(&[], 1), None);
    }

    #[test]
    fn paired_ratios_cancel_what_disturbs_both() {
        let theirs = [1.0, 10.0, 3.0, 100.0, 7.0];
        let ours = theirs.map(|value| value * 2.0);
        assert_eq!(paired_ratio(&ours, &theirs, 1), Some(Interval { median: 2.0, low: 2.0, high: 2.0 }));
        assert_eq!(paired_ratio(&ours, &theirs[1..], 1), None);
        let apart = unpaired_ratio(&ours, &theirs, 1).unwrap();
        assert!(apart.low < 1.0 && apart.high > 4.0, "{apart:?}");
    }

    #[test]
    fn geometric_mean_averages_ratios() {
        assert_eq!(geometric_mean([]), None);
        assert_eq!(geometric_mean([1.0, 0.0]), None);
        assert_eq!(geometric_mean([1.0, f64::NAN]), None);
        assert!((geometric_mean([0.5, 2.0]).unwrap() - 1.0).abs() < 1e-15);
        assert!((geometric_mean([2.0, 8.0]).unwrap() - 4.0).abs() < 1e-12);
    }

    /// The interval must hold the true median about as often as it says.
    #[test]
    fn the_interval_covers_the_true_median() {
        let mut random = Random::new(11);
        let runs = 300;
        let covered = (0..runs)
            .filter(|&run| {
                let samples: Vec<f64> = (0..31).map(|_| random.next() as f64 / u64::MAX as f64).collect();
                let interval = median_interval(&samples, run).unwrap();
                (interval.low..=interval.high).contains(&0.5)
            })
            .count();
        assert!((270..=298).contains(&covered), "{covered} of {runs}");
    }

    proptest! {
        #[test]
        fn order_and_scale_do_not_matter(mut samples in prop::collection::vec(1e-3f64..1e12, 1..60), seed: u64) {
            let before = describe(&samples, seed).unwrap();
            prop_assert!(before.low <= before.high && before.mad >= 0.0);
            let (min, max) = samples.iter().fold((f64::MAX, f64::MIN), |(a, b), &s| (a.min(s), b.max(s)));
            prop_assert!(min <= before.low && before.high <= max);
            prop_assert_eq!(describe(&samples, seed).unwrap(), before);
            let doubled: Vec<f64> = samples.iter().map(|sample| sample * 2.0).collect();
            prop_assert_eq!(describe(&doubled, seed).unwrap().low, before.low * 2.0);
            samples.reverse();
            prop_assert_eq!(median(&samples), Some(before.median));
        }
    }
}
