//! Timings, as tables and plots. A timing that is no speed is never shown as one.

use std::collections::BTreeMap;

use maud::{Markup, html};
use quantmark_kernels::Format;

use super::part;
use crate::record::schema::Measurement;
use crate::record::{Record, Withheld};
use crate::report::formats::{Class, bits_per_weight, in_order, rank};
use crate::report::number::{count, digits, percent, prefixed, ratio_interval};
use crate::report::plot::{self, Axes, Point, Ratio};

type Timing<'a> = (&'a Measurement, Option<Withheld>);

/// Timings that belong in one table: the same operation in the same unit on as many threads.
type Groups<'a> = BTreeMap<(&'a str, usize, &'a str), Vec<Timing<'a>>>;

pub(super) fn section(record: &Record) -> Markup {
    if record.measurements.is_empty() {
        return html! { p { "This run holds no timings." } };
    }
    let mut groups: Groups<'_> = BTreeMap::new();
    for timing in record.timings() {
        groups.entry((&timing.0.operation, timing.0.threads, &timing.0.unit)).or_default().push(timing);
    }
    for timings in groups.values_mut() {
        timings
            .sort_by_key(|(timing, _)| (rank(&timing.format), &timing.backend, timing.shape.rows, timing.shape.cols));
    }
    html! {
        p {
            "Medians with 95 % intervals; a ratio is ours over theirs, taken in turn in one process, so above 1 ours is "
            "faster. A format that fails a check has no speed."
        }
        @for ((operation, threads, unit), timings) in &groups {
            h3 { (operation) ", " (threads) @if *threads == 1 { " thread" } @else { " threads" } }
            (size_speed(record, operation, unit, timings))
            (ratios(operation, timings))
            (part::scrolling(&format!("Timings of {operation}"), &table(unit, timings)))
            (not_timed(record, operation, timings))
            @if let Some(roof) = roof(timings) {
                p.key { "The roof of memory on as many threads: " (digits(roof / 1e9)) " GB/s read." }
            }
        }
    }
}

fn shown<'a>(timings: &'a [Timing<'a>]) -> impl Iterator<Item = &'a Measurement> {
    timings.iter().filter(|(_, withheld)| withheld.is_none()).map(|(timing, _)| *timing)
}

/// The read bandwidth of memory that the shares are of.
fn roof(timings: &[Timing<'_>]) -> Option<f64> {
    let roof = |timing: &Measurement| Some(timing.quantized_bytes_per_second? / timing.share_of_roof?);
    shown(timings).find_map(roof)
}

fn size_speed(record: &Record, operation: &str, unit: &str, timings: &[Timing<'_>]) -> Markup {
    let mut fastest: BTreeMap<_, f64> = BTreeMap::new();
    for timing in shown(timings) {
        let best = fastest.entry(rank(&timing.format)).or_insert(timing.median);
        *best = best.max(timing.median);
    }
    let points: Vec<Point> = fastest
        .into_iter()
        .filter_map(|((class, _, format), rate)| {
            Some(Point { label: format.to_owned(), class, x: bits_per_weight(record, format)?, y: rate })
        })
        .collect();
    if points.len() < 2 {
        return html! {};
    }
    let label = format!("Bits per weight against the speed of {operation} for {} formats", points.len());
    part::figure(
        &plot::scatter(
            &points,
            Axes { x: "bits per weight", y: &format!("{unit}, the higher the better"), front: false },
        ),
        &label,
        &html! {
            strong { "Size and speed of " (operation) }
            " Higher is faster, further left is smaller; the fastest backend and shape of each format."
        },
    )
}

fn ratios(operation: &str, timings: &[Timing<'_>]) -> Markup {
    let mut opponents: BTreeMap<(&str, &str), Vec<&Measurement>> = BTreeMap::new();
    for timing in shown(timings) {
        if let Some(against) = &timing.against {
            opponents.entry((&against.implementation, &against.variant)).or_default().push(timing);
        }
    }
    html! {
        @for ((implementation, variant), timings) in opponents {
            @let rows = rows(&timings);
            @let label = format!("Speed of {operation} over that of {implementation} {variant} for {} timings", rows.len());
            (part::figure(&plot::ratios(&rows), &label, &html! {
                strong { "Ours over " (implementation) " " (variant) ", " (operation) }
                " Medians of interleaved pairs with 95 % intervals."
            }))
        }
    }
}

/// Labels say no more than it takes to tell the rows apart.
fn rows(timings: &[&Measurement]) -> Vec<Ratio> {
    let several =
        |differs: fn(&Measurement, &Measurement) -> bool| timings.iter().any(|timing| differs(timing, timings[0]));
    let backends = several(|a, b| a.backend != b.backend);
    let shapes = several(|a, b| a.shape != b.shape);
    let label = |timing: &Measurement| {
        let mut label = timing.format.clone();
        if backends {
            label += &format!(" {}", timing.backend);
        }
        if shapes {
            label += &format!(" {}", timing.shape);
        }
        label
    };
    let row = |timing: &&Measurement| {
        let ratio = timing.against.as_ref()?.ratio;
        Some(Ratio { label: label(timing), class: Class::of(&timing.format), ratio })
    };
    timings.iter().filter_map(row).collect()
}

fn table(unit: &str, timings: &[Timing<'_>]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th.stuck scope="col" { "Format" }
                    th scope="col" { "Backend" }
                    th.number scope="col" { "Median" small { (unit) ", 95 % interval" } }
                    th.number scope="col" { "Ratio" small { "95 % interval" } }
                    th.number scope="col" { "Theirs" small { (unit) } }
                    th.number scope="col" { "Quantized" small { "GB/s" } }
                    th.number scope="col" { "Share" small { "of the roof" } }
                    th.number scope="col" { "Spread" small { "MAD, samples" } }
                    th.number scope="col" { "Shape" small { "rows × cols × batch" } }
                }
            }
            tbody { @for (timing, withheld) in timings { (row(timing, *withheld)) } }
        }
    }
}

fn row(timing: &Measurement, withheld: Option<Withheld>) -> Markup {
    let shape = timing.shape;
    html! {
        tr {
            th.stuck scope="row" { (part::format(&timing.format)) }
            td { (timing.backend) }
            @match withheld {
                Some(withheld) => td colspan="6" { (part::missing(&format!("withheld: {withheld}"))) },
                None => (numbers(timing)),
            }
            td.number { (shape.rows) " × " (shape.cols) " × " (shape.batch) }
        }
    }
}

fn numbers(timing: &Measurement) -> Markup {
    html! {
        td.number {
            strong { (prefixed(timing.median)) }
            small { (prefixed(timing.low)) " – " (prefixed(timing.high)) }
        }
        @match &timing.against {
            Some(against) => {
                td class={ "number " (tone(against.ratio.low, against.ratio.high)) } { (ratio_interval(&against.ratio)) }
                td.number {
                    (prefixed(against.median))
                    small { (against.implementation) " " (against.variant) }
                }
            },
            None => td colspan="2" { (part::missing("no other implementation was timed")) },
        }
        td.number {
            @match timing.quantized_bytes_per_second {
                Some(rate) => (digits(rate / 1e9)),
                None => (part::missing("not measured")),
            }
        }
        td.number {
            @match timing.share_of_roof {
                Some(share) => (percent(share)),
                None => (part::missing("not measured")),
            }
        }
        td.number {
            (percent(timing.mad / timing.median))
            small { (count(timing.samples.len() as u64, "sample")) }
        }
    }
}

/// Only an interval that leaves out 1 is coloured.
const fn tone(low: f64, high: f64) -> &'static str {
    match () {
        () if low > 1.0 => "faster",
        () if high < 1.0 => "slower",
        () => "",
    }
}

/// Formats of the run without a timing of the operation, and why.
fn not_timed(record: &Record, operation: &str, timings: &[Timing<'_>]) -> Markup {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for format in in_order(record) {
        if timings.iter().any(|(timing, _)| timing.format == format) {
            continue;
        }
        let failed = record.failures().any(|case| case.format == format);
        let activation = format.parse::<Format>().is_ok_and(|format| format.spec().activation.is_none());
        let reason = match operation {
            _ if failed => "a check failed, and a wrong answer has no speed",
            "dot" | "matvec" | "matmul" if activation => "stores activations, so it has no such operation",
            _ if !record.is_complete() => "the run was cut short",
            _ => "not part of this run",
        };
        reasons.entry(reason).or_default().push(format);
    }
    html! {
        @if !reasons.is_empty() {
            p.key { "Not timed: "
                @for (index, (reason, formats)) in reasons.iter().enumerate() {
                    @if index > 0 { "; " }
                    @for (index, format) in formats.iter().enumerate() { @if index > 0 { ", " } code { (format) } }
                    " (" (reason) ")"
                }
                "."
            }
        }
    }
}
