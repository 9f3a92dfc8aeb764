//! The page of all checks: the matrix of each device, every failure, every check that was not run.

mod failure;
mod matrix;
mod not_run;

use maud::html;

use super::page::{self, Page};
use super::{Column, names, part, verdict};
use crate::report::formats::{backend_rank, rank};
use crate::report::number::grouped;

pub(super) fn render(columns: &[Column]) -> String {
    let body = html! {
        h1 { "Conformance" }
        p.subtitle { "Every format on every backend, level by level: L0 layout, L1 dequantize, L2 quantize, L3 dot, matvec and matmul, L4 the reference's own SIMD, L5 whole models." }
        @if columns.len() > 1 {
            ul { @for column in columns {
                li { a href={ "#" (column.slug) } { (column.digest.device()) } " " (verdict::Verdict::of(&column.digest).headline(&column.digest)) }
            } }
        }
        @for column in columns { (device(column)) }
        p.key {
            span.good { "✓ 12" } " all held; " span.bad { "✗ 2/12" } " failed, of those run; "
            "no kernel: the backend lacks the operation; skipped: not run, with a reason; – not part of the run."
        }
    };
    page::render(&Page { title: "Conformance", path: "conformance.html", scripts: &[], data: None, body })
}

fn device(column: &Column) -> maud::Markup {
    let digest = &column.digest;
    let failures = format!("failures-{}", column.slug);
    let mut failed: Vec<_> = digest.failures.iter().collect();
    failed.sort_by_key(|case| (rank(&case.format), backend_rank(&case.backend), case.level));
    let first = failed.iter().position(|case| case.diagnosis.is_some()).unwrap_or(0);
    let more = digest.summary.failures() - failed.len() as u64;
    html! {
        section #(column.slug) aria-labelledby={ "title-" (column.slug) } {
            h2 id={ "title-" (column.slug) } { a href=(names::device_page(&column.slug)) { (digest.device()) } }
            (verdict::panel(digest, &format!("#{failures}")))
            @if digest.cells.is_empty() { p { "This run holds no checks." } } @else {
                (part::scrolling(&format!("Checks on {}", digest.device()), &matrix::table(digest, &failures)))
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
            (not_run::section(digest))
        }
    }
}
