//! Checks that were not run or failed as listed, with their reasons.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::record::Record;
use crate::record::schema::{CaseResult, State};
use crate::report::formats::rank;
use crate::report::number::count;

/// Most ids that are listed under a reason; the table of cases holds all.
const MOST: usize = 200;

pub(super) fn section(record: &Record) -> Markup {
    let mut reasons: BTreeMap<(State, &str), Vec<&CaseResult>> = BTreeMap::new();
    let aside = |case: &&CaseResult| matches!(case.state, State::Unsupported | State::Skipped | State::ExpectedFail);
    for case in record.cases.iter().filter(aside) {
        reasons.entry((case.state, case.reason.as_deref().unwrap_or("no reason given"))).or_default().push(case);
    }
    html! {
        @if reasons.is_empty() { p { "Every check of the plan was run." } }
        @for ((state, reason), cases) in &reasons {
            details {
                summary { span.state { (label(*state)) } (reason) small { (count(cases.len() as u64, "check")) ": " (formats(cases)) } }
                ul.ids {
                    @for case in cases.iter().take(MOST) { li { code { (case.id) } } }
                    @if cases.len() > MOST { li { (cases.len() - MOST) " more; " code { "cases.csv" } " holds every one" } }
                }
            }
        }
    }
}

const fn label(state: State) -> &'static str {
    match state {
        State::Unsupported => "no kernel",
        State::ExpectedFail => "failed as listed",
        _ => "skipped",
    }
}

fn formats(cases: &[&CaseResult]) -> String {
    let mut formats: Vec<&str> = cases.iter().map(|case| case.format.as_str()).collect();
    formats.sort_unstable_by_key(|format| rank(format));
    formats.dedup();
    match formats.as_slice() {
        few if few.len() <= 6 => few.join(", "),
        many => format!("{} and {} more formats", many[..5].join(", "), many.len() - 5),
    }
}
