//! A run or a comparison as Markdown, for the page of a CI job.

use std::fmt::Write;

use quantmark_files::shown::one_line;
use quantmark_record::Record;
use quantmark_record::number::{change, count, digits, grouped, percent, prefixed};
use quantmark_record::schema::{Judgement, Measurement, Verdict};
use quantmark_record::statistics::geometric_mean;
use quantmark_verdict::comparison::Comparison;

/// Rows of a table; a job's page is read, not searched.
const MOST_ROWS: usize = 50;

/// The run: checks, what failed, what its history says.
pub fn of_run(record: &Record) -> String {
    let summary = record.summary();
    let environment = &record.header.environment;
    let mut text = format!("### {}: {}\n\n", cell(&environment.device), if held(record) { "held" } else { "NOT held" });
    let emulated = if environment.emulated { ", emulated" } else { "" };
    let (cpu, commit) = (cell(&environment.cpu), cell(environment.commit.as_deref().unwrap_or("unknown")));
    line(
        &mut text,
        &format!(
            "{cpu}{emulated}, commit {commit}, {} of {} checks passed.",
            grouped(summary.pass),
            grouped(summary.total)
        ),
    );
    let failures: Vec<Vec<String>> = record
        .failures()
        .map(|case| {
            let reproduce = case.diagnosis.as_ref().map(|diagnosis| code(&diagnosis.reproduce));
            vec![cell(&case.id), case.state.to_string(), reproduce.unwrap_or_default()]
        })
        .collect();
    table(&mut text, &["check", "state", "shows it again"], &failures);
    judgements(&mut text, record);
    ratios(&mut text, record);
    text
}

/// What changed from one record to another.
pub fn of_comparison(comparison: &Comparison) -> String {
    let (a, b) = (cell(&comparison.a.run), cell(&comparison.b.run));
    let mut text = format!("### {a} to {b}: {}\n\n", if comparison.held { "held" } else { "NOT held" });
    let found = &comparison.conformance;
    let speed = &comparison.speed;
    line(
        &mut text,
        &format!(
            "{} checks in both, {} newly failing, {} newly passing; {} timings slower, {} faster, {} the same, {} not judged.",
            grouped(found.common),
            found.newly_failing.len(),
            found.newly_passing.len(),
            speed.count(Verdict::Slower),
            speed.count(Verdict::Faster),
            speed.count(Verdict::Same),
            speed.count(Verdict::NotJudged),
        ),
    );
    let failing = found.newly_failing.iter().map(|case| {
        vec![
            cell(&case.id),
            cell(case.detail.as_deref().unwrap_or("")),
            case.reproduce.as_deref().map(code).unwrap_or_default(),
        ]
    });
    table(&mut text, &["newly failing", "why", "shows it again"], &failing.collect::<Vec<_>>());
    let changed = speed.changes.iter().filter(|change| matches!(change.verdict, Verdict::Slower | Verdict::Faster));
    let rows = changed.map(|found| {
        let over = found.over.as_deref().map(|name| format!(" over {name}")).unwrap_or_default();
        vec![
            cell(&found.id),
            change(found.ratio.median) + &cell(&over),
            percent(found.threshold),
            found.verdict.to_string(),
        ]
    });
    table(&mut text, &["timing", "change", "must exceed", "verdict"], &rows.collect::<Vec<_>>());
    text
}

fn held(record: &Record) -> bool {
    record.summary().failures() == 0 && record.is_complete() && record.got_slower().next().is_none()
}

fn judgements(text: &mut String, record: &Record) {
    let judged: Vec<(&Measurement, &Judgement)> =
        record.measurements.iter().filter_map(|timing| Some((timing, timing.judgement.as_ref()?))).collect();
    if judged.is_empty() {
        return;
    }
    let of = |verdict: Verdict| judged.iter().filter(|(_, judgement)| judgement.verdict == verdict).count();
    line(
        text,
        &format!(
            "Against its history: {} slower, {} faster, {} the same, {} not judged yet.",
            of(Verdict::Slower),
            of(Verdict::Faster),
            of(Verdict::Same),
            of(Verdict::NotJudged)
        ),
    );
    let changed = judged.iter().filter(|(_, judgement)| matches!(judgement.verdict, Verdict::Slower | Verdict::Faster));
    let rows = changed.map(|(timing, judgement)| {
        vec![
            cell(&timing.id),
            judgement.level.map(prefixed).unwrap_or_default(),
            judgement.change.map(change).unwrap_or_default(),
            judgement.threshold.map(percent).unwrap_or_default(),
            format!("{}, taken {} times more", judgement.verdict, timing.retakes.len()),
        ]
    });
    table(text, &["timing", "level", "change", "must exceed", "verdict"], &rows.collect::<Vec<_>>());
}

/// Operation, backend, and the other side's build.
type Group<'a> = (&'a str, &'a str, &'a str);

/// The geometric mean of the ratios of each operation and backend.
fn ratios(text: &mut String, record: &Record) {
    let mut groups: Vec<(Group<'_>, Vec<f64>)> = Vec::new();
    for (timing, _) in record.timings().into_iter().filter(|(_, withheld)| withheld.is_none()) {
        let Some(against) = &timing.against else { continue };
        let key = (timing.operation.as_str(), timing.backend.as_str(), against.variant.as_str());
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, ratios)) => ratios.push(against.ratio.median),
            None => groups.push((key, vec![against.ratio.median])),
        }
    }
    let rows = groups.into_iter().filter_map(|((operation, backend, variant), ratios)| {
        let mean = geometric_mean(ratios.iter().copied())?;
        Some(vec![
            cell(operation),
            cell(backend),
            cell(variant),
            format!("x{}", digits(mean)),
            count(ratios.len() as u64, "timing"),
        ])
    });
    table(text, &["operation", "backend", "other side", "ratio, mean", "of"], &rows.collect::<Vec<_>>());
}

pub(super) fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}\n").expect("a string takes it");
}

fn table(text: &mut String, heads: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    rows_of(text, &heads, &rows[..rows.len().min(MOST_ROWS)]);
    if rows.len() > MOST_ROWS {
        line(text, &format!("And {} more.", rows.len() - MOST_ROWS));
    }
}

/// A table of all its rows.
pub(super) fn rows_of(text: &mut String, heads: &[String], rows: &[Vec<String>]) {
    let mut row = |cells: &[String]| writeln!(text, "| {} |", cells.join(" | ")).expect("a string takes it");
    row(heads);
    row(&vec!["---".to_owned(); heads.len()]);
    rows.iter().for_each(|cells| row(cells));
    text.push('\n');
}

/// Untrusted text as nothing but text: no markup, no link, no further cell.
pub fn cell(text: &str) -> String {
    let mut safe = String::new();
    for c in one_line(text).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '-' | '.' | ',' | ':' | '/' | '%' | '(' | ')') {
            write!(safe, "&#{};", u32::from(c)).expect("a string takes it");
        } else {
            safe.push(c);
        }
    }
    safe
}

/// A command as code; one with what ends code is text.
fn code(command: &str) -> String {
    let command = one_line(command);
    if command.contains(['`', '|']) { cell(&command) } else { format!("`{command}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_stays_text() {
        assert_eq!(cell("a|b<script>"), "a&#124;b&#60;script&#62;");
        assert_eq!(cell("[x](javascript:y)"), "&#91;x&#93;(javascript:y)");
        assert_eq!(code("cargo xtask conform"), "`cargo xtask conform`");
        assert_eq!(code("a`b"), "a&#96;b");
    }
}
