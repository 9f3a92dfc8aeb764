//! The page of all checks: the matrix of each device, every failure, every check that was not run.

mod failure;
mod matrix;
mod not_run;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use maud::{Markup, html};
use quantmark_record::formats::{backend_rank, rank};
use quantmark_record::number::grouped;

use super::contents::Column;
use super::page::{self, Page};
use super::{names, part, verdict};

pub(super) fn render(columns: &[Column]) -> String {
    let body = html! {
        h1 { "Conformance" }
        p.subtitle { "Every format on every backend, level by level: L0 layout, L1 dequantize, L2 quantize, L3 dot, matvec and matmul, L4 the reference's own SIMD, L5 whole models." }
        @if columns.len() > 1 {
            ul { @for column in columns {
                li { a href={ "#" (column.slug) } { (column.digest.device()) } " " (verdict::Verdict::of(&column.digest).headline(&column.digest)) }
            } }
        }
        // Without the place of the device's own failures, so that those of others can be the same.
        @let tables = shared(columns, |column| matrix::table(&column.digest, ""));
        @let not_run = shared(columns, |column| not_run::section(&column.digest));
        @for ((column, same_table), same_not_run) in columns.iter().zip(tables).zip(not_run) {
            (device(column, same_table, same_not_run))
        }
        p.key {
            span.good { "✓ 12" } " all held; " span.bad { "✗ 2/12" } " failed, of those run; "
            "no kernel: the backend lacks the operation; skipped: not run, with a reason; – not part of the run."
        }
    };
    page::render(&Page { title: "Conformance", path: "conformance.html", scripts: &[], data: None, body })
}

/// For each device the first before it of which a part of the page is the same.
fn shared(columns: &[Column], part: impl Fn(&Column) -> Markup) -> Vec<Option<&Column>> {
    let mut first: HashMap<String, &Column> = HashMap::new();
    let of = |column| match first.entry(part(column).into_string()) {
        Entry::Occupied(same) => Some(*same.get()),
        Entry::Vacant(new) => {
            new.insert(column);
            None
        }
    };
    columns.iter().map(of).collect()
}

fn link(column: &Column) -> Markup {
    html! { a href={ "#" (column.slug) } { (column.digest.device()) } }
}

fn failures(column: &Column) -> String {
    format!("failures-{}", column.slug)
}

fn device(column: &Column, same_table: Option<&Column>, same_not_run: Option<&Column>) -> Markup {
    let digest = &column.digest;
    let failures = failures(column);
    let mut failed: Vec<_> = digest.failures.iter().collect();
    failed.sort_by_key(|case| (rank(&case.format), backend_rank(&case.backend), case.level));
    let first = failed.iter().position(|case| case.diagnosis.is_some()).unwrap_or(0);
    let more = digest.summary.failures() - failed.len() as u64;
    html! {
        section #(column.slug) aria-labelledby={ "title-" (column.slug) } {
            h2 id={ "title-" (column.slug) } { a href=(names::device_page(&column.slug)) { (digest.device()) } }
            (verdict::panel(digest, &format!("#{failures}")))
            @match same_table {
                _ if digest.cells.is_empty() => p { "This run holds no checks." },
                Some(same) => p { "The same checks with the same outcomes, cell by cell, as on " (link(same)) "." },
                None => (part::scrolling(&format!("Checks on {}", digest.device()), &matrix::table(digest, &failures))),
            }
            h3 id=(failures) { "Failures" }
            @if failed.is_empty() {
                p { "None." }
            } @else {
                p { "Each names the first wrong element and the command that shows it again." }
                @for (index, case) in failed.iter().enumerate() { (failure::details(case, index == first)) }
                @if more > 0 {
                    p.notice { (grouped(more)) " more are not shown here; " code { "cases.csv" } " and the record hold every one." }
                }
            }
            h3 { "Not run" }
            @match same_not_run {
                Some(same) if !digest.aside.is_empty() => p { "The same checks, for the same reasons, as on " (link(same)) "." },
                _ => (not_run::section(digest)),
            }
        }
    }
}
