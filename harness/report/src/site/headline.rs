//! The timings that stand for a device: of weights from memory on all threads where there are such, as tokens are
//! generated from.

use std::collections::BTreeMap;

use quantmark_record::digest::{Digest, Numbers, Timing};
use quantmark_record::schema::Shape;

/// Operations, those that tell most first.
const ORDER: [&str; 3] = ["matvec", "dot", "matmul"];

/// Timings that can be compared with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub(super) operation: String,
    pub(super) threads: usize,
    pub(super) unit: String,
    pub(super) shape: [u64; 3],
}

impl Group {
    pub(super) fn of(timing: &Timing) -> Self {
        let Shape { rows, cols, batch } = timing.shape;
        Self {
            operation: timing.operation.clone(),
            threads: timing.threads,
            unit: timing.unit.clone(),
            shape: [rows, cols, batch],
        }
    }

    /// `matvec, 2 threads`.
    pub(super) fn title(&self) -> String {
        format!("{}, {} thread{}", self.operation, self.threads, if self.threads == 1 { "" } else { "s" })
    }

    pub(super) fn holds(&self, timing: &Timing) -> bool {
        let Shape { rows, cols, batch } = timing.shape;
        timing.threads == self.threads
            && timing.operation == self.operation
            && timing.unit == self.unit
            && [rows, cols, batch] == self.shape
    }
}

/// A timing of a group for each format: of the backend that does best.
pub(super) type Best<'a> = BTreeMap<&'a str, (&'a Timing, &'a Numbers)>;

/// The groups of a digest's shown timings, one for each operation, threads and unit: that of the largest shape.
pub(super) fn groups(digest: &Digest) -> Vec<Group> {
    let mut largest: BTreeMap<(usize, &str, usize, &str), &Timing> = BTreeMap::new();
    for (timing, _) in digest.shown() {
        let place = ORDER.iter().position(|name| *name == timing.operation).unwrap_or(ORDER.len());
        let entry = largest.entry((place, &timing.operation, timing.threads, &timing.unit)).or_insert(timing);
        if timing.shape.weights() > entry.shape.weights() {
            *entry = timing;
        }
    }
    largest.into_values().map(Group::of).collect()
}

/// The group that stands for the device: speeds before counts, all threads before one.
pub(super) fn headline(digest: &Digest) -> Option<Group> {
    let place = |group: &Group| ORDER.iter().position(|name| *name == group.operation).unwrap_or(ORDER.len());
    groups(digest)
        .into_iter()
        .min_by_key(|group| (!group.unit.ends_with("/s"), place(group), usize::MAX - group.threads))
}

/// The best timing of each format in a group.
pub(super) fn best<'a>(digest: &'a Digest, group: &Group) -> Best<'a> {
    let mut best: Best<'a> = BTreeMap::new();
    for (timing, numbers) in digest.shown().filter(|(timing, _)| group.holds(timing)) {
        let entry = best.entry(&timing.format).or_insert((timing, numbers));
        let better = match timing.less_is_better() {
            true => numbers.median < entry.1.median,
            false => numbers.median > entry.1.median,
        };
        if better {
            *entry = (timing, numbers);
        }
    }
    best
}

/// The operations that models are run by, each on the most threads that it was timed on.
pub(super) fn main_groups(digest: &Digest) -> Vec<Group> {
    let mut all = groups(digest);
    all.sort_by_key(|group| usize::MAX - group.threads);
    let main = |name: &&str| all.iter().find(|group| group.operation == **name).cloned();
    let mut found: Vec<Group> = ORDER.iter().filter_map(main).collect();
    if found.is_empty() {
        found.extend(all.into_iter().next());
    }
    found
}
