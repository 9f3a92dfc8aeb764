//! Checks that were not run or failed as listed, with their reasons.

use maud::{Markup, html};
use quantmark_record::digest::{Aside, Digest};
use quantmark_record::formats::sorted;
use quantmark_record::number::{count, grouped};
use quantmark_record::schema::State;

pub(super) fn section(digest: &Digest) -> Markup {
    html! {
        @if digest.aside.is_empty() { p { "Every check of the plan was run." } }
        @for ((state, reason), aside) in &digest.aside {
            details {
                summary { span.state { (label(*state)) } (reason) small { (count(aside.count, "check")) ": " (formats(aside)) } }
                ul.ids {
                    @for id in &aside.ids { li { code { (id) } } }
                    @let more = aside.count - aside.ids.len() as u64;
                    @if more > 0 { li { (grouped(more)) " more; " code { "cases.csv" } " and the record hold every one" } }
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

fn formats(aside: &Aside) -> String {
    let formats = sorted(aside.formats.iter().map(String::as_str));
    match formats.as_slice() {
        few if few.len() <= 6 => few.join(", "),
        many => format!("{} and {} more formats", many[..5].join(", "), many.len() - 5),
    }
}
