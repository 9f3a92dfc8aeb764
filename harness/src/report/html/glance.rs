//! What this is, and the verdict.

use std::collections::{BTreeMap, HashSet};

use maud::{Markup, html};

use crate::record::Record;
use crate::report::number::{count, duration, grouped, ratio};
use crate::speed::statistics::geometric_mean;

pub(super) fn header(record: &Record) -> Markup {
    let environment = &record.header.environment;
    let verdict = Verdict::of(record);
    html! {
        header {
            p.product { "Quantmark" span { "conformance and speed of quantized LLM weights" } }
            h1 { (environment.device) }
            p.subtitle {
                (environment.cpu) " · " time datetime=(record.header.started) { (record.header.started) }
                @if let Some(footer) = &record.footer { " · " (duration(footer.seconds)) }
            }
            div class={ "verdict " (verdict.style()) } role="status" {
                p.headline { span.symbol aria-hidden="true" { (verdict.symbol()) } (verdict.headline(record)) }
                p { (detail(record)) }
            }
            @if !record.is_complete() {
                p.notice { strong { "Cut short." } " The record has no footer, so the run did not come to its end: what is missing here was never run. Resume it before drawing conclusions." }
            }
            @if environment.emulated {
                p.notice { strong { "Emulated." } " An emulator ran the program. The checks hold as they stand; the timings say nothing about any machine and are not shown." }
            }
            @if !record.resumed.is_empty() {
                p.notice { strong { "Resumed." } " The run was cut short and went on " (count(record.resumed.len() as u64, "time")) "." }
            }
            (tiles(record))
        }
    }
}

/// The run in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Held,
    Failed,
    CutShort,
    NothingRan,
}

impl Verdict {
    pub(super) fn of(record: &Record) -> Self {
        let summary = record.summary();
        let ran = summary.pass + summary.expected_fail + summary.failures();
        match () {
            () if summary.failures() > 0 => Self::Failed,
            () if !record.is_complete() => Self::CutShort,
            () if ran == 0 && record.measurements.is_empty() => Self::NothingRan,
            () => Self::Held,
        }
    }

    pub(super) const fn style(self) -> &'static str {
        match self {
            Self::Held => "good",
            Self::Failed => "bad",
            Self::CutShort | Self::NothingRan => "unsure",
        }
    }

    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::Held => "✓",
            Self::Failed => "✗",
            Self::CutShort | Self::NothingRan => "!",
        }
    }

    pub(super) fn headline(self, record: &Record) -> String {
        let summary = record.summary();
        let ran = summary.pass + summary.expected_fail + summary.failures();
        match self {
            Self::Held if ran == 0 => "No check was part of this run".to_owned(),
            Self::Held if ran == 1 => "The one check held".to_owned(),
            Self::Held => format!("All {} checks held", grouped(ran)),
            Self::Failed => format!("{} of {} failed", grouped(summary.failures()), count(ran, "check")),
            Self::CutShort => format!("Cut short after {}", count(ran, "check")),
            Self::NothingRan => "Nothing ran".to_owned(),
        }
    }
}

fn detail(record: &Record) -> Markup {
    let summary = record.summary();
    let kinds = [
        (summary.fail, "wrong", "#failures"),
        (summary.error, "ended in an error", "#failures"),
        (summary.timeout, "timed out", "#failures"),
        (summary.expected_fail, "failed as listed", "#not-run"),
        (summary.unsupported, "without a kernel", "#not-run"),
        (summary.skipped, "skipped", "#not-run"),
    ];
    let shown: Vec<_> = kinds.iter().filter(|(number, ..)| *number > 0).collect();
    html! {
        @if shown.is_empty() { "Nothing was skipped." }
        @for (index, (number, what, target)) in shown.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(target) { (grouped(*number)) " " (what) }
        }
        @if !shown.is_empty() { "." }
    }
}

fn tiles(record: &Record) -> Markup {
    let summary = record.summary();
    let formats: HashSet<&str> = record.cases.iter().map(|case| case.format.as_str()).collect();
    let backends: HashSet<&str> = record.cases.iter().map(|case| case.backend.as_str()).collect();
    let timings = record.timings();
    let shown = timings.iter().filter(|(_, withheld)| withheld.is_none()).count() as u64;
    html! {
        dl.tiles {
            div { dt { "Checks passed" } dd { (grouped(summary.pass)) small { " of " (grouped(summary.total)) } } }
            div { dt { "Formats checked" } dd { (formats.len()) small { " on " (count(backends.len() as u64, "backend")) } } }
            div { dt { "Timings" } dd { (grouped(shown)) @if shown < timings.len() as u64 { small { " of " (timings.len()) ", the others withheld" } } } }
            @for (work, mean, pairs) in against(record) {
                div { dt { (work) } dd { (ratio(mean)) small { " mean of " (pairs) } } }
            }
        }
    }
}

/// The geometric mean of the ratios for each operation and opponent.
fn against(record: &Record) -> Vec<(String, f64, usize)> {
    let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (timing, withheld) in record.timings() {
        if let (Some(against), None) = (&timing.against, withheld) {
            let group = format!("{} vs. {} {}", timing.operation, against.implementation, against.variant);
            groups.entry(group).or_default().push(against.ratio.median);
        }
    }
    let mean = |(work, ratios): (String, Vec<f64>)| {
        geometric_mean(ratios.iter().copied()).map(|mean| (work, mean, ratios.len()))
    };
    groups.into_iter().filter_map(mean).collect()
}
