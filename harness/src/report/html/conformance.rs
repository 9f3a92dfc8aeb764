//! The matrix of formats, backends and levels, and what failed in it.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::{failure, part};
use crate::record::Record;
use crate::record::schema::{CaseResult, Level, Summary};
use crate::report::formats::{Class, backend_rank, in_order, rank};

/// Most failures that are shown in full; the table of cases holds all.
const MOST: usize = 300;

pub(super) fn section(record: &Record) -> Markup {
    if record.cases.is_empty() {
        return html! { p { "This run holds no checks." } };
    }
    html! {
        p { "Each cell counts the checks of a format on a backend. A level asks more than the one before it: "
            @for (index, level) in levels(record).iter().enumerate() {
                @if index > 0 { ", " }
                strong { (level) } " " (level.title())
            }
            "."
        }
        (part::scrolling("Checks by format, backend and level", &matrix(record)))
        p.key {
            span.cell.pass { "✓ 12" } " all held "
            span.cell.fail { "✗ 2/12" } " failed, of those run "
            span.cell.none { "no kernel" } " the backend lacks the operation "
            span.cell.none { "skipped" } " not run, with a reason "
            span.cell.none { "–" } " not part of this run"
        }
        (failures(record))
    }
}

fn levels(record: &Record) -> BTreeSet<Level> {
    record.cases.iter().map(|case| case.level).collect()
}

fn matrix(record: &Record) -> Markup {
    let mut columns: BTreeSet<((usize, &str), Level)> = BTreeSet::new();
    let mut cells: BTreeMap<(&str, &str, Level), Summary> = BTreeMap::new();
    for case in &record.cases {
        columns.insert((backend_rank(&case.backend), case.level));
        cells.entry((&case.format, &case.backend, case.level)).or_default().count(case.state);
    }
    let mut backends: BTreeMap<(usize, &str), Vec<Level>> = BTreeMap::new();
    for &(backend, level) in &columns {
        backends.entry(backend).or_default().push(level);
    }
    let formats = in_order(record);
    html! {
        table.matrix {
            thead {
                tr {
                    th.stuck scope="col" rowspan="2" { "Format" }
                    @for ((_, backend), levels) in &backends { th.group scope="colgroup" colspan=(levels.len()) { (backend) } }
                }
                tr { @for (_, level) in &columns { th scope="col" title=(level.title()) { (level) } } }
            }
            @for &class in Class::ALL {
                @let rows: Vec<_> = formats.iter().filter(|format| Class::of(format) == class).collect();
                @if !rows.is_empty() {
                    tbody {
                        tr.class { th.stuck scope="rowgroup" { (class.name()) } td colspan=(columns.len()) {} }
                        @for &&format in &rows {
                            tr {
                                th.stuck scope="row" { (part::format(format)) }
                                @for &((_, backend), level) in &columns { (cell(cells.get(&(format, backend, level)))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(summary: Option<&Summary>) -> Markup {
    let Some(summary) = summary else {
        return html! { td.cell.none { "–" } };
    };
    let ran = summary.pass + summary.expected_fail + summary.failures();
    let aside =
        [(summary.expected_fail, "known to fail"), (summary.unsupported, "no kernel"), (summary.skipped, "skipped")];
    let aside = aside.iter().filter(|(number, _)| *number > 0);
    html! {
        @match (summary.failures(), ran) {
            (0, 0) => td.cell.none { @for (_, what) in aside { (what) " " } },
            (0, _) => td.cell.pass {
                span.symbol aria-hidden="true" { "✓ " } (summary.pass)
                @for (number, what) in aside { small { (number) " " (what) } }
            },
            (failures, _) => td.cell.fail {
                a href="#failures" { span.symbol aria-hidden="true" { "✗ " } (failures) "/" (ran) span.hidden { " failed" } }
                @for (number, what) in aside { small { (number) " " (what) } }
            },
        }
    }
}

fn failures(record: &Record) -> Markup {
    let mut failures: Vec<&CaseResult> = record.failures().collect();
    failures.sort_by_key(|case| (rank(&case.format), backend_rank(&case.backend), case.level));
    html! {
        h3 #failures { "Failures" }
        @if failures.is_empty() {
            p { "None." }
        } @else {
            p { "Each names the first wrong element and the command that shows it again." }
            @let first = failures.iter().position(|case| case.diagnosis.is_some()).unwrap_or(0);
            @for (index, case) in failures.iter().take(MOST).enumerate() { (failure::details(case, index == first)) }
            @if failures.len() > MOST {
                p.notice { (failures.len() - MOST) " more are not shown here; " code { "cases.csv" } " holds every one." }
            }
        }
    }
}
