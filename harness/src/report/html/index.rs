//! The page over several runs.

use maud::{Markup, html};

use super::glance::Verdict;
use super::{document, part};
use crate::record::Record;
use crate::report::number::grouped;

/// A run on the page over several.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The run's record.
    pub record: &'a Record,
    /// The folder, beside the page, that holds the run's reports: letters, digits, `-` and `_`.
    pub folder: String,
}

/// Renders the page over several runs, in the order given.
pub fn index(entries: &[Entry<'_>]) -> String {
    let body = html! {
        header { p.product { "Quantmark" span { "conformance and speed of quantized LLM weights" } } h1 { "Runs" } }
        main #content { (part::scrolling("Runs", &table(entries))) }
    };
    document("Runs", &body)
}

fn table(entries: &[Entry<'_>]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    @for title in ["Device", "Started", "Verdict"] { th scope="col" { (title) } }
                    @for title in ["Passed", "Failed", "Not run", "Timings"] { th.number scope="col" { (title) } }
                    th scope="col" { "Commit" }
                }
            }
            tbody {
                @for Entry { record, folder } in entries {
                    @let environment = &record.header.environment;
                    @let summary = record.summary();
                    @let verdict = Verdict::of(record);
                    @let shown = record.timings().iter().filter(|(_, withheld)| withheld.is_none()).count();
                    tr {
                        th scope="row" { a href={ (folder) "/index.html" } { (environment.device) } small { (environment.cpu) } }
                        td { (record.header.started) }
                        td class={ "cell " (verdict.style()) } {
                            (verdict.symbol()) " " (verdict.headline(record))
                            @if !record.is_complete() { small { "The run was cut short." } }
                        }
                        td.number { (grouped(summary.pass)) }
                        td.number { (grouped(summary.failures())) }
                        td.number { (grouped(summary.unsupported + summary.skipped)) }
                        td.number {
                            @if environment.emulated { (part::missing("emulated")) } @else { (shown) }
                        }
                        td { @match &environment.commit {
                            Some(commit) => code { (commit.chars().take(12).collect::<String>()) },
                            None => (part::missing("unknown")),
                        } }
                    }
                }
            }
        }
    }
}
