//! Checks of two records.

use std::collections::BTreeMap;

use quantmark_record::Record;
use quantmark_record::schema::{CaseResult, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What changed in the checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conformance {
    /// Checks that both records hold.
    pub common: u64,
    /// Checks that only the earlier record holds.
    pub only_a: u64,
    /// Checks that only the later record holds.
    pub only_b: u64,
    /// Fail in the later record and did not in the earlier one, new checks included.
    pub newly_failing: Vec<CaseChange>,
    /// Failed in the earlier record and hold in the later one.
    pub newly_passing: Vec<CaseChange>,
    /// Fail in both.
    pub still_failing: Vec<CaseChange>,
    /// Held in the earlier record and were not run in the later one.
    pub no_longer_run: Vec<CaseChange>,
}

/// A check that ended otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseChange {
    /// Its id.
    pub id: String,
    /// How it ended in the earlier record; absent where that lacks it.
    pub a: Option<State>,
    /// How it ended in the later record; absent where that lacks it.
    pub b: Option<State>,
    /// What went wrong, or why it was not run.
    pub detail: Option<String>,
    /// The command that shows it again.
    pub reproduce: Option<String>,
}

impl Conformance {
    pub(super) fn of(a: &Record, b: &Record) -> Self {
        let mut pairs: BTreeMap<&str, [Option<&CaseResult>; 2]> = BTreeMap::new();
        for (side, record) in [a, b].into_iter().enumerate() {
            for case in &record.cases {
                pairs.entry(&case.id).or_default()[side] = Some(case);
            }
        }
        let mut changes = Self {
            common: 0,
            only_a: 0,
            only_b: 0,
            newly_failing: Vec::new(),
            newly_passing: Vec::new(),
            still_failing: Vec::new(),
            no_longer_run: Vec::new(),
        };
        for (id, [a, b]) in pairs {
            match (a, b) {
                (Some(_), Some(_)) => changes.common += 1,
                (Some(_), None) => changes.only_a += 1,
                (None, _) => changes.only_b += 1,
            }
            let failed = a.is_some_and(|case| case.state.is_failure());
            let passed = a.is_some_and(|case| case.state == State::Pass);
            let list = match b.map(|case| case.state) {
                Some(state) if state.is_failure() && failed => &mut changes.still_failing,
                Some(state) if state.is_failure() => &mut changes.newly_failing,
                Some(State::Pass) if failed => &mut changes.newly_passing,
                None | Some(State::Unsupported | State::Skipped) if passed => &mut changes.no_longer_run,
                _ => continue,
            };
            list.push(change(id, a, b));
        }
        changes
    }
}

fn change(id: &str, a: Option<&CaseResult>, b: Option<&CaseResult>) -> CaseChange {
    let diagnosis = b.and_then(|case| case.diagnosis.as_ref());
    let wrong = diagnosis.map(|found| {
        format!("element {} of block {}: expected {}, got {}", found.element, found.block, found.expected, found.got)
    });
    CaseChange {
        id: id.to_owned(),
        a: a.map(|case| case.state),
        b: b.map(|case| case.state),
        detail: wrong.or_else(|| b.and_then(|case| case.reason.clone())),
        reproduce: diagnosis.map(|diagnosis| diagnosis.reproduce.clone()),
    }
}
