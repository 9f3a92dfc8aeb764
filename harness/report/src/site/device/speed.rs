//! Timings as tables. A timing that is no speed is never shown as one.

use std::collections::BTreeMap;

use maud::{Markup, html};
use quantmark_record::Withheld;
use quantmark_record::digest::{Digest, Numbers};
use quantmark_record::formats::backend_rank;
use quantmark_record::number::{digits, percent, prefixed, ratio, ratio_interval};

use crate::site::headline;
use crate::site::headline::{Best, Group};
use crate::site::{filter, names, part};

/// Columns of operations beside each other.
const MOST_GROUPS: usize = 4;

/// A row a format: its checks and the best backend of each operation.
pub(super) fn overview(digest: &Digest, conformance: &str) -> Markup {
    let backends = digest.backends();
    let groups: Vec<Group> = headline::groups(digest).into_iter().take(MOST_GROUPS).collect();
    let best: Vec<Best<'_>> = groups.iter().map(|group| headline::best(digest, group)).collect();
    let table = html! {
        table.sortable #formats-table {
            caption { "Checks by backend, and the best backend of each operation with its ratio to the other implementation, where one was timed beside it." }
            thead {
                tr {
                    th scope="col" { "Format" }
                    th scope="col" { "Bits" }
                    @for backend in &backends { th scope="col" { (backend) small { "checks" } } }
                    @for group in &groups { th scope="col" { (group.operation) small { (threads(group.threads)) ", " (group.unit) } } }
                }
            }
            tbody {
                @for format in digest.formats() {
                    tr {
                        th scope="row" { a href=(names::format_link(format)) { (part::format(format)) } }
                        td { @if let Some(bits) = names::bits_per_weight(digest, format) { (names::bits(bits)) } }
                        @for backend in &backends { (part::checks(digest.checks(format, backend).as_ref(), conformance)) }
                        @for best in &best {
                            @match best.get(format) {
                                Some((timing, numbers)) => td { (prefixed(numbers.median)) small { (timing.backend) (times(numbers)) } },
                                None => td.none { "–" },
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        (filter::form("formats-table"))
        (part::scrolling("Formats", &table))
        @if digest.timings.is_empty() { p.key { "This run holds no timings." } }
        (withheld(digest))
    }
}

fn times(numbers: &Numbers) -> String {
    numbers.against.as_ref().map_or(String::new(), |against| format!(" {}", ratio(against.ratio.median)))
}

fn threads(threads: usize) -> String {
    if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") }
}

/// Why timings are not shown.
fn withheld(digest: &Digest) -> Markup {
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for timing in &digest.timings {
        if let Err(withheld) = timing.numbers {
            let reason = match withheld {
                Withheld::Emulated => "an emulator ran the program".to_owned(),
                Withheld::Wrong { .. } => {
                    format!("{} on {}: {withheld}, and a wrong answer has no speed", timing.format, timing.backend)
                }
            };
            *reasons.entry(reason).or_default() += 1;
        }
    }
    html! {
        @if !reasons.is_empty() {
            p.key { "Withheld: "
                @for (index, (reason, count)) in reasons.iter().take(20).enumerate() {
                    @if index > 0 { "; " }
                    (quantmark_record::number::count(*count, "timing")) " (" (reason) ")"
                }
                @if reasons.len() > 20 { "; and more" }
                "."
            }
        }
    }
}

/// A table an operation, a column a backend.
pub(super) fn tables(digest: &Digest) -> Markup {
    let groups: Vec<Group> = headline::headline(digest).into_iter().collect();
    html! {
        @if groups.is_empty() { p { "No timing of this run can be shown as a speed." } }
        @for group in &groups {
            details open {
                summary { (group.title()) small { (group.unit) ", " (group.shape[0]) " × " (group.shape[1]) " weights, batch " (group.shape[2]) } }
                (part::scrolling(&group.title(), &table(digest, group)))
            }
        }
        p.key { "Medians with their spread (MAD), the ratio to the other implementation with its 95 % interval, and the share of the roof of memory. " code { "measurements.csv" } " of a run holds every number, its record every sample; the pages of formats have the other operations by backend." }
    }
}

fn table(digest: &Digest, group: &Group) -> Markup {
    let mut rows: BTreeMap<(usize, &str), &Numbers> = BTreeMap::new();
    let formats = digest.formats();
    let mut backends: Vec<&str> = Vec::new();
    for (timing, numbers) in digest.shown().filter(|(timing, _)| group.holds(timing)) {
        let place = formats.iter().position(|format| *format == timing.format).unwrap_or(usize::MAX);
        rows.insert((place, &timing.backend), numbers);
        if !backends.contains(&timing.backend.as_str()) {
            backends.push(&timing.backend);
        }
    }
    backends.sort_unstable_by_key(|name| backend_rank(name));
    let roof = rows.values().any(|numbers| numbers.share_of_roof.is_some());
    let against = rows.values().any(|numbers| numbers.against.is_some());
    html! {
        table class={ "sortable every-" (1 + usize::from(against) + usize::from(roof)) } {
            thead {
                tr {
                    th scope="col" { "Format" }
                    @for backend in &backends {
                        th.first scope="col" { (backend) small { "median, spread" } }
                        @if against { th scope="col" { "Ratio" small { (backend) } } }
                        @if roof { th scope="col" { "Roof" small { (backend) } } }
                    }
                }
            }
            tbody {
                @for (place, format) in formats.iter().enumerate() {
                    @if backends.iter().any(|backend| rows.contains_key(&(place, *backend))) {
                        tr {
                            th scope="row" { (part::format(format)) }
                            @for backend in &backends { (cells(rows.get(&(place, *backend)).copied(), against, roof)) }
                        }
                    }
                }
            }
        }
    }
}

fn cells(numbers: Option<&Numbers>, against: bool, roof: bool) -> Markup {
    let Some(numbers) = numbers else {
        return html! { td.none { "–" } @if against { td {} } @if roof { td {} } };
    };
    html! {
        td { (prefixed(numbers.median)) small { "± " (percent(numbers.mad / numbers.median)) } }
        @if against {
            @match &numbers.against {
                Some(other) => td class=(part::tone(other.ratio.low, other.ratio.high)) { (ratio_interval(&other.ratio)) },
                None => td {},
            }
        }
        @if roof { td { @if let Some(share) = numbers.share_of_roof { (digits(share * 100.0)) " %" } } }
    }
}
