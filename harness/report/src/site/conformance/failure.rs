//! A failed check in full.

use maud::{Markup, html};
use quantmark_record::number::grouped;
use quantmark_record::schema::{CaseResult, Diagnosis, State};

/// The check, folded up unless `open`.
pub(super) fn details(case: &CaseResult, open: bool) -> Markup {
    html! {
        details.failure open[open] {
            summary { span.state { (label(case.state)) } code { (case.id) } }
            @if let Some(reason) = &case.reason { p { (reason) } }
            @match &case.diagnosis {
                Some(diagnosis) => (facts(diagnosis)),
                None => @if case.reason.is_none() { p { "The record holds no diagnosis." } },
            }
        }
    }
}

const fn label(state: State) -> &'static str {
    match state {
        State::Fail => "wrong",
        State::UnexpectedPass => "unexpected pass",
        State::Error => "error",
        State::Timeout => "timeout",
        State::Pass | State::Unsupported | State::Skipped | State::ExpectedFail => "",
    }
}

fn facts(diagnosis: &Diagnosis) -> Markup {
    let Diagnosis { element, wrong, total, block, .. } = diagnosis;
    html! {
        dl.facts {
            dt { "First wrong element" }
            dd { (grouped(*element)) " in block " (grouped(*block)) "; " (grouped(*wrong)) " of " (grouped(*total)) " are wrong" }
            dt { "Expected" } dd { code { (diagnosis.expected) } }
            dt { "Got" } dd { code { (diagnosis.got) } }
            @if let Some(ulp) = diagnosis.ulp { dt { "Distance" } dd { (grouped(ulp)) " ULP" } }
            @if let Some(bound) = &diagnosis.bound { dt { "Bound" } dd { (bound) } }
            dt { "Block" } dd { code.hex { (diagnosis.block_hex) } }
            dt { "Decoded" } dd { code { (diagnosis.block_decoded) } }
            dt { "Reproduce" } dd { code.command { (diagnosis.reproduce) } }
        }
    }
}
