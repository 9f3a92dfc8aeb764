//! Two records of the same work: what fails newly, what got slower, and whether the two can be compared at all.

mod conformance;
mod speed;
mod text;

use quantmark_record::Record;
use quantmark_record::schema::{Environment, Header, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use conformance::{CaseChange, Conformance};
pub use speed::{FLOOR, SPREADS, SPREADS_OF_ALL, Speed, SpeedChange, WithheldTiming};

/// What changed from record `a` to record `b`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The earlier record.
    pub a: Side,
    /// The later record.
    pub b: Side,
    /// What differs between the machines; where anything does, speed is not judged.
    pub machine: Vec<Difference>,
    /// What differs between the programs: often the reason to compare.
    pub build: Vec<Difference>,
    /// Checks.
    pub conformance: Conformance,
    /// Timings.
    pub speed: Speed,
    /// Whether nothing fails newly and nothing got slower.
    pub held: bool,
}

/// One of the records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Its run.
    pub run: String,
    /// Its device.
    pub device: String,
    /// When it started.
    pub started: String,
    /// What it was built from.
    pub commit: Option<String>,
    /// Whether the tree had changes beyond the commit.
    pub dirty: Option<bool>,
}

/// A property in which the records differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The property.
    pub what: String,
    /// Its value in `a`.
    pub a: String,
    /// Its value in `b`.
    pub b: String,
}

impl Comparison {
    /// Compares two records. `None` where they have neither a check nor a timing in common.
    pub fn of(a: &Record, b: &Record) -> Option<Self> {
        let machine = differences(&a.header.environment, &b.header.environment, machine);
        let build = differences(&a.header, &b.header, build);
        let conformance = Conformance::of(a, b);
        let speed = Speed::of(a, b, !machine.is_empty());
        if conformance.common == 0 && speed.changes.is_empty() {
            return None;
        }
        let held = conformance.newly_failing.is_empty() && speed.count(Verdict::Slower) == 0;
        Some(Self { a: side(&a.header), b: side(&b.header), machine, build, conformance, speed, held })
    }
}

fn side(header: &Header) -> Side {
    Side {
        run: header.run.clone(),
        device: header.environment.device.clone(),
        started: header.started.clone(),
        commit: header.environment.commit.clone(),
        dirty: header.environment.dirty,
    }
}

type Property = (&'static str, String);

fn differences<T>(a: &T, b: &T, properties: fn(&T) -> Vec<Property>) -> Vec<Difference> {
    let pairs = properties(a).into_iter().zip(properties(b)).filter(|(a, b)| a != b);
    pairs.map(|((what, a), (_, b))| Difference { what: what.to_owned(), a, b }).collect()
}

/// What makes timings comparable.
fn machine(environment: &Environment) -> Vec<Property> {
    vec![
        ("device", environment.device.clone()),
        ("target", environment.target.clone()),
        ("emulated", environment.emulated.to_string()),
        ("cpu", environment.cpu.clone()),
        ("features", environment.features.join(" ")),
        ("cores", format!("{} physical, {} logical", environment.physical_cores, environment.logical_cores)),
        ("caches", format!("{:?}", environment.caches)),
        ("governor", environment.governor.clone().unwrap_or_else(|| "unknown".to_owned())),
    ]
}

fn build(header: &Header) -> Vec<Property> {
    let environment = &header.environment;
    let unknown = || "unknown".to_owned();
    let implementations = header.implementations.iter();
    let others = implementations.skip(1).map(|other| format!("{} {} {}", other.name, other.version, other.variant));
    vec![
        ("commit", environment.commit.clone().unwrap_or_else(unknown)),
        ("changed tree", environment.dirty.map_or_else(unknown, |dirty| dirty.to_string())),
        ("compiler", environment.compiler.clone()),
        ("flags", environment.flags.clone()),
        ("os", environment.os.clone()),
        ("plan", header.plan.join(" ")),
        ("compared with", others.collect::<Vec<_>>().join(", ")),
    ]
}
