//! Results for people: a matrix of formats and levels, and every failure in full.

use std::collections::BTreeMap;
use std::fmt::Write;

use quantmark_kernels::Format;
use quantmark_record::schema::{CaseResult, Level, State, Summary};

const LEVELS: [Level; 5] = [Level::L0, Level::L1, Level::L2, Level::L3, Level::L4];

/// A table for each backend: a row a format, a column a level, `passed/asked` in each cell, behind it `-n` where n more
/// have no kernel, and `x` where something failed.
pub fn matrix(results: &[CaseResult]) -> String {
    let mut backends: BTreeMap<&str, BTreeMap<usize, BTreeMap<Level, Summary>>> = BTreeMap::new();
    for result in results {
        let row = Format::ALL.iter().position(|format| format.name() == result.format).unwrap_or(Format::ALL.len());
        let cell = backends.entry(&result.backend).or_default().entry(row).or_default().entry(result.level);
        cell.or_default().count(result.state);
    }
    let mut text = String::new();
    for (backend, rows) in &backends {
        let levels: Vec<Level> =
            LEVELS.into_iter().filter(|level| rows.values().any(|row| row.contains_key(level))).collect();
        let heads: String = levels.iter().map(|level| format!("{:>14}", format!("{level:?}"))).collect();
        writeln!(text, "{backend:<14}{heads}").expect("a string takes it");
        for (&row, cells) in rows {
            let name = Format::ALL.get(row).map_or("?", |format| format.name());
            let cells: String = levels.iter().map(|level| format!("{:>14}", cell(cells.get(level)))).collect();
            writeln!(text, "{name:<14}{cells}").expect("a string takes it");
        }
        text.push('\n');
    }
    text
}

fn cell(summary: Option<&Summary>) -> String {
    let Some(summary) = summary else { return "-".to_owned() };
    let failed = summary.failures() > 0;
    let asked = summary.total - summary.unsupported - summary.skipped;
    match (asked, summary.unsupported) {
        (0, 1..) => "no kernel".to_owned(),
        (_, missing) => {
            let holes = if missing > 0 { format!(" -{missing}") } else { String::new() };
            format!("{}/{asked}{holes}{}", summary.pass, if failed { " x" } else { "" })
        }
    }
}

/// The totals in one line.
pub fn totals(summary: &Summary) -> String {
    let parts = [
        (summary.pass, "passed"),
        (summary.fail, "failed"),
        (summary.error, "errors"),
        (summary.timeout, "timeouts"),
        (summary.unsupported, "without a kernel"),
        (summary.skipped, "skipped"),
        (summary.expected_fail, "failed as listed"),
    ];
    let words: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    format!("{} cases: {}", summary.total, words.join(", "))
}

/// Why cases were not run, each reason once with its count.
pub fn holes(results: &[CaseResult]) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for result in results.iter().filter(|result| matches!(result.state, State::Unsupported | State::Skipped)) {
        *reasons.entry(result.reason.as_deref().unwrap_or("no reason given")).or_default() += 1;
    }
    reasons.iter().map(|(reason, count)| format!("{count} not run: {reason}\n")).collect()
}

/// Notes that are shown one by one; of more only the count.
const NOTES_SHOWN: usize = 40;

/// What passed cases have to tell.
pub fn notes(results: &[CaseResult]) -> String {
    let notes: Vec<&CaseResult> = results.iter().filter(|result| has_note(result)).collect();
    if notes.len() > NOTES_SHOWN {
        return format!("{} cases have notes; narrower filters or --json show them\n", notes.len());
    }
    notes.iter().map(|note| format!("NOTE {}: {}\n", note.id, note.reason.as_deref().unwrap_or_default())).collect()
}

/// Whether a passed case has something to tell.
pub fn has_note(result: &CaseResult) -> bool {
    result.state == State::Pass && result.reason.is_some()
}

/// One failure in full.
pub fn failure(result: &CaseResult) -> String {
    let state = match result.state {
        State::Fail => "FAIL",
        State::Error => "ERROR",
        State::Timeout => "TIMEOUT",
        State::UnexpectedPass => "UNEXPECTED PASS",
        _ => "NOTE",
    };
    let mut text = format!("{state} {}\n", result.id);
    let mut line = |name: &str, value: &str| writeln!(text, "  {name:<9}{value}").expect("a string takes it");
    if let Some(reason) = &result.reason {
        line("reason", reason);
    }
    if let Some(d) = &result.diagnosis {
        line("element", &format!("{} is the first wrong one; {} of {} are", d.element, d.wrong, d.total));
        line("block", &format!("{} is {}", d.block, d.block_hex));
        line("", &d.block_decoded);
        line("expected", &d.expected);
        line("got", &d.got);
        if let Some(ulp) = d.ulp {
            line("distance", &format!("{ulp} ULP"));
        }
        if let Some(bound) = &d.bound {
            line("bound", bound);
        }
        line("again", &d.reproduce);
    }
    text
}
