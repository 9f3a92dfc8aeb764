//! Timings of two records.

use std::collections::HashMap;

use quantmark_record::schema::{Against, Interval, Measurement, Verdict};
use quantmark_record::statistics;
use quantmark_record::{Record, Withheld};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A change below this share is never called one.
pub const FLOOR: f64 = 0.05;

/// A change must exceed this many times the larger spread of the two series.
pub const SPREADS: f64 = 2.0;

/// A change must exceed this many times the spread of all changes between the two records: most timings of a comparison
/// did not change, so that tells how far values wander from run to run by themselves.
pub const SPREADS_OF_ALL: f64 = 5.0;

/// Fewer changes than this do not tell how far values wander.
const FEWEST_CHANGES: usize = 10;

/// Fewer samples than this on either side say nothing about their spread.
const FEWEST_SAMPLES: usize = 5;

/// Makes the median absolute deviation of normal samples their standard deviation.
const MAD_TO_DEVIATION: f64 = 1.4826;

/// The bootstrap's seed: the same records always give the same interval.
const SEED: u64 = 0x636f_6d70_6172_6521;

/// What changed in the timings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Speed {
    /// Timings that both records hold.
    pub changes: Vec<SpeedChange>,
    /// Timings in both records of which at least one is no speed.
    pub withheld: Vec<WithheldTiming>,
    /// Ids of timings that only the earlier record holds.
    pub only_a: Vec<String>,
    /// Ids of timings that only the later record holds.
    pub only_b: Vec<String>,
    /// Geometric mean of the ratios of the timings that were judged.
    pub mean_ratio: Option<f64>,
}

/// A timing that is no speed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WithheldTiming {
    /// Its id.
    pub id: String,
    /// Why it is none.
    pub reason: String,
}

/// One timing in both records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpeedChange {
    /// Its id.
    pub id: String,
    /// Unit of the medians.
    pub unit: String,
    /// Median in the earlier record.
    pub a: f64,
    /// Median in the later record.
    pub b: f64,
    /// What was timed in turn on both sides: the change is then that of the ratio to it, because what slows down the
    /// machine slows down both.
    pub over: Option<String>,
    /// Later over earlier; above 1 the later is faster.
    pub ratio: Interval,
    /// What the change must exceed to count: the largest of the floor, the samples' own spread and the spread of all
    /// changes. Every look of one record must differ from every look of the other by that.
    pub threshold: f64,
    /// The same ratio for the two looks, one of each record, that show the least of the change: where it is not beyond
    /// the threshold as well, the change is one of looks, not of records.
    pub closest: f64,
    /// Whether it counts.
    pub verdict: Verdict,
    /// Why it was not judged.
    pub reason: Option<String>,
}

impl Speed {
    pub(super) fn of(a: &Record, b: &Record, other_machine: bool) -> Self {
        let earlier = a.timings();
        let later = b.timings();
        let by_id: HashMap<&str, &(&Measurement, Option<Withheld>)> =
            later.iter().map(|timing| (timing.0.id.as_str(), timing)).collect();
        let ids: HashMap<&str, ()> = earlier.iter().map(|timing| (timing.0.id.as_str(), ())).collect();
        let mut changes = Vec::new();
        let (mut withheld, mut only_a) = (Vec::new(), Vec::new());
        for (measurement, no_speed) in &earlier {
            let id = measurement.id.clone();
            match by_id.get(id.as_str()) {
                None => only_a.push(id),
                Some((again, no_speed_again)) => match no_speed.or(*no_speed_again) {
                    Some(reason) => withheld.push(WithheldTiming { id, reason: reason.to_string() }),
                    None => changes.push(judge(measurement, again, other_machine)),
                },
            }
        }
        heed_all(&mut changes);
        let only_b = later.iter().filter(|timing| !ids.contains_key(timing.0.id.as_str()));
        let judged = changes.iter().filter(|change| change.verdict != Verdict::NotJudged);
        Self {
            mean_ratio: statistics::geometric_mean(judged.map(|change| change.ratio.median)),
            only_b: only_b.map(|timing| timing.0.id.clone()).collect(),
            withheld,
            only_a,
            changes,
        }
    }

    /// Timings with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.changes.iter().filter(|change| change.verdict == verdict).count()
    }
}

fn judge(a: &Measurement, b: &Measurement, other_machine: bool) -> SpeedChange {
    let (over, [samples_a, samples_b]) = match (&a.against, &b.against) {
        (Some(under_a), Some(under_b)) if same_side(under_a, under_b) => {
            let name = format!("{} {}", under_b.implementation, under_b.variant);
            (Some(name), [(a, under_a), (b, under_b)].map(|(timing, under)| ratios(&timing.samples, &under.samples)))
        }
        _ => (None, [a.samples.clone(), b.samples.clone()]),
    };
    let ratio = statistics::unpaired_ratio(&samples_b, &samples_a, SEED).expect("a measurement has samples");
    let closest = closest(&looks(&samples_b, b.looks), &looks(&samples_a, a.looks), ratio.median);
    let threshold = FLOOR.max(SPREADS * spread(&samples_a).max(spread(&samples_b)));
    let reason = match a.samples.len().min(b.samples.len()) {
        _ if other_machine => Some("other machine".to_owned()),
        _ if a.unit != b.unit => Some(format!("other unit: {}, then {}", a.unit, b.unit)),
        _ if !a.unit.ends_with("/s") => Some(format!("{} is no rate", a.unit)),
        samples if samples < FEWEST_SAMPLES => Some(format!("fewer than {FEWEST_SAMPLES} samples")),
        _ => None,
    };
    let (id, unit) = (b.id.clone(), b.unit.clone());
    let verdict = Verdict::NotJudged;
    let mut change =
        SpeedChange { id, unit, a: a.median, b: b.median, over, ratio, threshold, closest, verdict, reason };
    if change.reason.is_none() {
        change.verdict = change.judged();
    }
    change
}

impl SpeedChange {
    /// Whether the change is beyond its threshold, and only some looks show it.
    pub fn is_of_looks(&self) -> bool {
        self.verdict == Verdict::Same && self.beyond() != Verdict::Same
    }

    fn judged(&self) -> Verdict {
        match self.beyond() {
            Verdict::Slower if 1.0 / self.closest - 1.0 > self.threshold => Verdict::Slower,
            Verdict::Faster if self.closest - 1.0 > self.threshold => Verdict::Faster,
            _ => Verdict::Same,
        }
    }

    /// What the samples of all looks together say.
    fn beyond(&self) -> Verdict {
        match self.ratio {
            // A loss by a factor counts like a gain by that factor.
            Interval { median, high, .. } if high < 1.0 && 1.0 / median - 1.0 > self.threshold => Verdict::Slower,
            Interval { median, low, .. } if low > 1.0 && median - 1.0 > self.threshold => Verdict::Faster,
            _ => Verdict::Same,
        }
    }
}

/// The median of each look. Samples that cannot be told apart by looks are one.
fn looks(samples: &[f64], looks: usize) -> Vec<f64> {
    let length = if samples.len().is_multiple_of(looks) { samples.len() / looks } else { samples.len() };
    samples.chunks(length.max(1)).filter_map(statistics::median).collect()
}

/// Of the ratios of looks of one record to those of the other, the one that shows least of the change to `ratio`.
fn closest(over: &[f64], under: &[f64], ratio: f64) -> f64 {
    let ratios = over.iter().flat_map(|over| under.iter().map(move |under| over / under));
    let least = if ratio < 1.0 { ratios.fold(0.0, f64::max) } else { ratios.fold(f64::INFINITY, f64::min) };
    if least.is_finite() { least } else { ratio }
}

fn same_side(a: &Against, b: &Against) -> bool {
    a.implementation == b.implementation && a.variant == b.variant && !a.samples.is_empty() && !b.samples.is_empty()
}

/// The ratios of pairs that were taken in turn.
fn ratios(over: &[f64], under: &[f64]) -> Vec<f64> {
    over.iter().zip(under).map(|(over, under)| over / under).collect()
}

/// Raises thresholds to what all changes together do by themselves.
fn heed_all(changes: &mut [SpeedChange]) {
    let judged = changes.iter().filter(|change| change.verdict != Verdict::NotJudged);
    let logarithms: Vec<f64> = judged.map(|change| change.ratio.median.ln()).collect();
    if logarithms.len() < FEWEST_CHANGES {
        return;
    }
    let deviation = MAD_TO_DEVIATION * statistics::mad(&logarithms).expect("there are some");
    let of_all = (SPREADS_OF_ALL * deviation).exp_m1();
    for change in changes.iter_mut().filter(|change| change.verdict != Verdict::NotJudged) {
        change.threshold = change.threshold.max(of_all);
        change.verdict = change.judged();
    }
}

/// The samples' deviation as a share of their median.
fn spread(samples: &[f64]) -> f64 {
    match (statistics::mad(samples), statistics::median(samples)) {
        (Some(mad), Some(median)) => MAD_TO_DEVIATION * mad / median,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantmark_record::schema::Shape;

    fn timing(samples: &[f64]) -> Measurement {
        let described = statistics::describe(samples, 1).unwrap();
        Measurement {
            id: "dot/dot/q4_0/scalar/1/1x1x1".into(),
            suite: "dot".into(),
            operation: "dot".into(),
            format: "q4_0".into(),
            backend: "scalar".into(),
            threads: 1,
            shape: Shape { rows: 1, cols: 1, batch: 1 },
            unit: "weights/s".into(),
            median: described.median,
            mad: described.mad,
            low: described.low,
            high: described.high,
            samples: samples.to_vec(),
            quantized_bytes_per_second: None,
            share_of_roof: None,
            against: None,
            looks: 1,
            retakes: Vec::new(),
            judgement: None,
        }
    }

    fn verdict(a: &[f64], b: &[f64]) -> Verdict {
        judge(&timing(a), &timing(b), false).verdict
    }

    const STEADY: &[f64] = &[100.0, 100.5, 99.5, 100.2, 99.8, 100.1];
    const NOISY: &[f64] = &[80.0, 120.0, 95.0, 105.0, 130.0, 70.0];

    fn times(samples: &[f64], factor: f64) -> Vec<f64> {
        samples.iter().map(|sample| sample * factor).collect()
    }

    #[test]
    fn a_change_counts_beyond_the_floor_and_the_spread() {
        assert_eq!(verdict(STEADY, STEADY), Verdict::Same);
        assert_eq!(verdict(STEADY, &times(STEADY, 0.96)), Verdict::Same);
        assert_eq!(verdict(STEADY, &times(STEADY, 0.90)), Verdict::Slower);
        assert_eq!(verdict(STEADY, &times(STEADY, 1.10)), Verdict::Faster);
        assert_eq!(verdict(NOISY, &times(NOISY, 0.85)), Verdict::Same);
        assert_eq!(verdict(NOISY, &times(NOISY, 0.30)), Verdict::Slower);
    }

    #[test]
    fn a_change_of_looks_is_none_of_records() {
        let of_looks = |factors: [f64; 3]| {
            let samples: Vec<f64> = factors.iter().flat_map(|&factor| times(STEADY, factor)).collect();
            Measurement { looks: 3, ..timing(&samples) }
        };
        let change = |a, b| judge(&of_looks(a), &of_looks(b), false);
        assert_eq!(change([1.0; 3], [0.8, 0.8, 0.8]).verdict, Verdict::Slower);
        assert_eq!(change([1.0, 1.01, 0.98], [0.82, 0.8, 0.78]).verdict, Verdict::Slower);
        assert_eq!(change([1.0; 3], [1.2, 1.22, 1.18]).verdict, Verdict::Faster);
        let some = change([1.0; 3], [0.8, 0.79, 0.98]);
        assert!(some.verdict == Verdict::Same && (0.97..0.99).contains(&some.closest), "{some:?}");
        assert!(some.is_of_looks(), "{some:?}");
        assert!(!change([1.0; 3], [1.0; 3]).is_of_looks());
    }

    #[test]
    fn a_machine_that_is_slower_for_both_sides_changes_nothing() {
        let against = |samples: &[f64]| Against {
            implementation: "llama.cpp".into(),
            variant: "haswell".into(),
            median: 50.0,
            samples: samples.to_vec(),
            ratio: Interval { median: 2.0, low: 2.0, high: 2.0 },
        };
        let of = |factor: f64, theirs: f64| Measurement {
            against: Some(against(&times(STEADY, 0.5 * theirs))),
            ..timing(&times(STEADY, factor))
        };
        let change = judge(&of(1.0, 1.0), &of(0.6, 0.6), false);
        assert_eq!((change.verdict, change.over.as_deref()), (Verdict::Same, Some("llama.cpp haswell")));
        assert_eq!(judge(&of(1.0, 1.0), &of(0.6, 1.0), false).verdict, Verdict::Slower);
        let other = Measurement { against: None, ..of(0.6, 0.6) };
        assert_eq!(judge(&of(1.0, 1.0), &other, false).verdict, Verdict::Slower);
    }

    #[test]
    fn what_all_timings_do_by_themselves_is_no_change_of_one() {
        let wander = [0.9, 1.1, 0.93, 1.07, 0.95, 1.05, 0.91, 1.09, 1.0, 0.97, 1.03, 0.92];
        let judged = |last: f64| {
            let factors = wander.iter().chain([&last]);
            let mut changes: Vec<_> =
                factors.map(|factor| judge(&timing(STEADY), &timing(&times(STEADY, *factor)), false)).collect();
            heed_all(&mut changes);
            changes.iter().map(|change| change.verdict).filter(|verdict| *verdict != Verdict::Same).collect::<Vec<_>>()
        };
        assert_eq!(judged(0.85), []);
        assert_eq!(judged(0.5), [Verdict::Slower]);
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        let reason = |a: &Measurement, b: &Measurement, other| judge(a, b, other).reason.unwrap();
        let steady = timing(STEADY);
        assert_eq!(reason(&steady, &timing(&STEADY[..4]), false), "fewer than 5 samples");
        assert_eq!(reason(&steady, &steady, true), "other machine");
        let tokens = Measurement { unit: "tokens/s".into(), ..steady.clone() };
        assert_eq!(reason(&steady, &tokens, false), "other unit: weights/s, then tokens/s");
    }
}
