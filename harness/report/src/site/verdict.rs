//! The verdict on a run.

use std::collections::BTreeMap;

use maud::{Markup, html};
use quantmark_record::digest::Digest;
use quantmark_record::number::{count, grouped, ratio};
use quantmark_record::statistics::geometric_mean;

/// The run in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Held,
    Failed,
    CutShort,
    NothingRan,
}

impl Verdict {
    pub(super) fn of(digest: &Digest) -> Self {
        let summary = digest.summary;
        match () {
            () if summary.failures() > 0 => Self::Failed,
            () if !digest.is_complete() => Self::CutShort,
            () if summary.ran() == 0 && digest.timings.is_empty() && digest.models.is_empty() => Self::NothingRan,
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

    pub(super) fn headline(self, digest: &Digest) -> String {
        let summary = digest.summary;
        let ran = summary.ran();
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

/// The verdict with what it leaves open; links lead into the page of checks.
pub(super) fn panel(digest: &Digest, conformance: &str) -> Markup {
    let verdict = Verdict::of(digest);
    html! {
        div class={ "verdict " (verdict.style()) } {
            p.headline { span aria-hidden="true" { (verdict.symbol()) " " } (verdict.headline(digest)) }
            p { (detail(digest, conformance)) }
        }
        @if !digest.is_complete() {
            p.notice { strong { "Cut short." } " The record has no footer, so the run did not come to its end: what is missing here was never run. Resume it before drawing conclusions." }
        }
        @if digest.header.environment.emulated {
            p.notice { strong { "Emulated." } " An emulator ran the program. The checks hold as they stand; times say nothing about any machine and are not shown." }
        }
        @if digest.resumed > 0 {
            p.notice { strong { "Resumed." } " The run was cut short and went on " (count(digest.resumed, "time")) "." }
        }
        @let left_out = digest.left_out;
        @if left_out != quantmark_record::digest::LeftOut::default() {
            p.notice {
                strong { "Too long to show whole." } " Not on these pages: "
                (count(left_out.timings, "timing")) ", " (count(left_out.models, "model")) ", "
                (count(left_out.sizes, "size")) ", " (count(left_out.cases, "check")) " of further formats, and "
                (count(left_out.reasons, "check")) " of further reasons."
            }
        }
    }
}

fn detail(digest: &Digest, conformance: &str) -> Markup {
    let summary = digest.summary;
    let kinds = [
        (summary.fail, "wrong"),
        (summary.error, "ended in an error"),
        (summary.timeout, "timed out"),
        (summary.expected_fail, "failed as listed"),
        (summary.unsupported, "without a kernel"),
        (summary.skipped, "skipped"),
    ];
    let shown: Vec<_> = kinds.iter().filter(|(number, _)| *number > 0).collect();
    html! {
        @if shown.is_empty() { "Nothing was skipped." }
        @for (index, (number, what)) in shown.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(conformance) { (grouped(*number)) " " (what) }
        }
        @if !shown.is_empty() { "." }
    }
}

/// The run in a few numbers.
pub(super) fn tiles(digest: &Digest) -> Markup {
    let summary = digest.summary;
    let shown = digest.shown().count() as u64;
    let all = digest.timings.len() as u64;
    html! {
        dl.tiles {
            div { dt { "Checks passed" } dd { (grouped(summary.pass)) small { " of " (grouped(summary.total)) } } }
            div { dt { "Formats" } dd { (digest.formats().len()) small { " on " (count(digest.backends().len() as u64, "backend")) } } }
            div { dt { "Timings" } dd { (grouped(shown)) @if shown < all { small { " of " (all) ", the others withheld" } } } }
            @for (work, mean, pairs) in against(digest) {
                div { dt { (work) } dd { (ratio(mean)) small { " mean of " (pairs) } } }
            }
        }
    }
}

/// The geometric mean of the ratios for each operation and opponent; the largest groups alone.
fn against(digest: &Digest) -> Vec<(String, f64, usize)> {
    const MOST: usize = 6;
    let mut groups: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for (timing, numbers) in digest.shown() {
        if let Some(against) = &numbers.against {
            groups.entry((&timing.operation, &against.implementation)).or_default().push(against.ratio.median);
        }
    }
    let mean = |((operation, name), ratios): ((&str, &str), Vec<f64>)| {
        geometric_mean(ratios.iter().copied()).map(|mean| (format!("{operation}, over {name}"), mean, ratios.len()))
    };
    let mut means: Vec<_> = groups.into_iter().filter_map(mean).collect();
    means.sort_by_key(|mean| std::cmp::Reverse(mean.2));
    means.truncate(MOST);
    means
}
