//! How often verdicts are wrong, on machines that measure noise and, now and then, a step.

use std::fmt::Write;
use std::path::Path;

use quantmark_record::schema::{Against, Interval, Measurement, Shape, Verdict};
use quantmark_verdict::regression::{Rules, Series, trimmed_mean};

use super::noise::{Kind, Machine};

/// Nights without a change.
const NIGHTS: usize = 1000;

/// Nights before a step.
const BEFORE: usize = 60;

/// Another seed simulates other nights.
fn seed() -> u64 {
    std::env::var("QUANTMARK_SIMULATION_SEED").map_or(1, |seed| seed.parse().expect("a number"))
}

/// The nights, from 0, with a verdict other than the same; from night `step` on everything is slower by a tenth. The
/// second number counts looks beyond the first of each night.
fn alarms(rules: &Rules, mut machine: Machine, nights: usize, step: usize) -> (Vec<usize>, usize) {
    let mut series = Series::new(rules);
    let (mut alarms, mut more) = (Vec::new(), 0);
    for night in 0..nights {
        machine.next_night();
        let factor = if night >= step { 0.9 } else { 1.0 };
        let first = factor * machine.look();
        let mut looks = Vec::new();
        if series.suspects(first) {
            looks.extend((0..rules.retakes).map(|_| factor * machine.look()));
            if series.doubts(trimmed_mean(&looks).unwrap()) {
                looks.extend((0..rules.more_retakes).map(|_| factor * machine.look()));
            }
        }
        more += looks.len();
        let judgement = series.take(first, trimmed_mean(&looks), None);
        if matches!(judgement.verdict, Verdict::Slower | Verdict::Faster) {
            alarms.push(night);
        }
    }
    (alarms, more)
}

/// What many series of one kind of noise come to.
struct Rates {
    /// Alarms a series in a thousand nights: mean and most.
    false_alarms: (f64, usize),
    /// Shares of the steps that were found in the first night and in the first three.
    found: (f64, f64),
    /// Looks a night beyond the first.
    more: f64,
}

fn rates(kind: Kind, deviation: f64, series: u64) -> Rates {
    let rules = Rules::load();
    let base = seed() * 1_000_003;
    let quiet: Vec<_> =
        (0..series).map(|one| alarms(&rules, Machine::new(kind, deviation, base + one), NIGHTS, NIGHTS)).collect();
    let steps: Vec<_> = (0..10 * series)
        .map(|one| alarms(&rules, Machine::new(kind, deviation, base + 500_000 + one), BEFORE + 3, BEFORE).0)
        .collect();
    let share = |found: &dyn Fn(&&Vec<usize>) -> bool| steps.iter().filter(found).count() as f64 / steps.len() as f64;
    Rates {
        false_alarms: (
            quiet.iter().map(|(alarms, _)| alarms.len()).sum::<usize>() as f64 / quiet.len() as f64,
            quiet.iter().map(|(alarms, _)| alarms.len()).max().unwrap(),
        ),
        found: (
            share(&|alarms| alarms.contains(&BEFORE)),
            share(&|alarms| alarms.iter().any(|&night| night >= BEFORE)),
        ),
        more: quiet.iter().map(|(_, more)| more).sum::<usize>() as f64 / (quiet.len() * NIGHTS) as f64,
    }
}

#[test]
fn noise_is_no_alarm_and_a_step_is_one() {
    for kind in [Kind::Looks, Kind::Wild, Kind::Stalls] {
        let found = rates(kind, 0.05, 20);
        assert!(found.false_alarms.1 <= 1, "{kind:?}: {} alarms in a thousand nights", found.false_alarms.1);
        assert!(found.found.1 > 0.9, "{kind:?}: {} of the steps found", found.found.1);
    }
    // What a ratio to another program in the same process is like.
    let steady = rates(Kind::QuarterOfNights, 0.02, 20);
    assert!(steady.false_alarms.0 <= 1.0 && steady.found.0 > 0.95, "{:?} {:?}", steady.false_alarms, steady.found);
}

/// The table of `suites/verdict/README.md` is what is simulated.
#[test]
fn the_published_rates_are_those_simulated() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../suites/verdict/README.md");
    let published = std::fs::read_to_string(readme).unwrap();
    let mut table = String::new();
    for (kind, deviation) in Kind::ALL.map(|kind| (kind, 0.05)).into_iter().chain([(Kind::QuarterOfNights, 0.02)]) {
        let Rates { false_alarms: (mean, most), found: (first, third), more } = rates(kind, deviation, 20);
        let (words, noise) = (kind.words(), deviation * 100.0);
        let [first, third] = [first, third].map(|share| share * 100.0);
        writeln!(table, "| {noise:.0} %, {words} | {mean:.2}, {most} | {first:.0} % | {third:.0} % | {more:.1} |")
            .unwrap();
    }
    if seed() == 1 {
        assert!(published.contains(&table), "suites/verdict/README.md should say\n{table}");
    } else {
        println!("{table}");
    }
}

/// A measurement whose ratio to the other side is `ratio`, on a machine of speed `speed`.
pub fn timing(id: &str, speed: f64, ratio: Option<f64>) -> Measurement {
    let samples = vec![speed; 5];
    Measurement {
        id: id.to_owned(),
        suite: "dot".to_owned(),
        operation: "dot".to_owned(),
        format: "q4_0".to_owned(),
        backend: "scalar".to_owned(),
        threads: 1,
        shape: Shape { rows: 1, cols: 4096, batch: 1 },
        unit: "weights/s".to_owned(),
        median: speed,
        mad: 0.0,
        low: speed,
        high: speed,
        samples: samples.clone(),
        quantized_bytes_per_second: None,
        share_of_roof: None,
        against: ratio.map(|ratio| Against {
            implementation: "llama.cpp".to_owned(),
            variant: "x64".to_owned(),
            median: speed / ratio,
            samples: samples.iter().map(|sample| sample / ratio).collect(),
            ratio: Interval { median: ratio, low: ratio, high: ratio },
        }),
        looks: 1,
        retakes: Vec::new(),
        judgement: None,
    }
}
