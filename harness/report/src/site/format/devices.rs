//! A format on every device and backend: right, how fast, how near the roof, how it stands to the other implementation.

use maud::{Markup, html};
use quantmark_record::Withheld;
use quantmark_record::digest::{Digest, Numbers, Timing};
use quantmark_record::number::{percent, prefixed, ratio_interval};

use crate::site::contents::Column;
use crate::site::headline;
use crate::site::headline::Group;
use crate::site::{names, part};

pub(super) fn section(name: &str, columns: &[Column]) -> Markup {
    let rows: Vec<(&Column, &str)> = columns
        .iter()
        .flat_map(|column| column.digest.backends().into_iter().map(move |backend| (column, backend)))
        .filter(|(column, backend)| {
            column.digest.checks(name, backend).is_some()
                || column.digest.timings.iter().any(|timing| timing.format == name && timing.backend == *backend)
        })
        .collect();
    html! {
        @if rows.is_empty() { p { "No record here names it on any backend." } } @else {
            (part::scrolling("Devices and backends", &table(name, &rows)))
            p.key { "Speeds are medians of the largest shape in weights/s where nothing else is said; a ratio is ours over theirs with its 95 % interval, taken in turn, so above 1 ours is faster; the roof is the read bandwidth of memory." }
        }
    }
}

fn table(name: &str, rows: &[(&Column, &str)]) -> Markup {
    html! {
        table.by-device {
            thead {
                tr {
                    th scope="col" { "Device" }
                    th scope="col" { "Backend" }
                    th scope="col" { "Checks" }
                    @for title in ["dot", "matvec"] {
                        th.first scope="col" { (title) }
                        th scope="col" { "Ratio" small { (title) } }
                    }
                    th scope="col" { "Roof" }
                }
            }
            tbody {
                @for of_device in rows.chunk_by(|(a, _), (b, _)| std::ptr::eq(*a, *b)) {
                    @for (index, (column, backend)) in of_device.iter().enumerate() {
                        (row(name, column, backend, if index == 0 { of_device.len() } else { 0 }))
                    }
                }
            }
        }
    }
}

/// A row; the first of a device is headed by it for `device_rows`, the others are under it.
fn row(name: &str, column: &Column, backend: &str, device_rows: usize) -> Markup {
    let digest = &column.digest;
    let conformance = format!("../conformance.html#{}", column.slug);
    let matvec = of(digest, name, backend, "matvec");
    html! {
        tr {
            @if device_rows > 0 {
                th scope="rowgroup" rowspan=[(device_rows > 1).then_some(device_rows)] {
                    a href={ "../" (names::device_page(&column.slug)) } { (digest.device()) }
                }
            }
            td { (backend) }
            (part::checks(digest.checks(name, backend).as_ref(), &conformance))
            (cells(of(digest, name, backend, "dot")))
            (cells(matvec))
            td { @if let Some(Timing { numbers: Ok(Numbers { share_of_roof: Some(share), .. }), .. }) = matvec { (percent(*share)) } }
        }
    }
}

/// The timing of an operation that stands for the others: a speed before a count, all threads, the largest shape.
fn of<'a>(digest: &'a Digest, format: &str, backend: &str, operation: &str) -> Option<&'a Timing> {
    let of = |timing: &&Timing| timing.operation == operation && timing.format == format && timing.backend == backend;
    let shown: Vec<Group> = headline::groups(digest).into_iter().filter(|group| group.operation == operation).collect();
    let best = shown.iter().min_by_key(|group| (!group.unit.ends_with("/s"), usize::MAX - group.threads));
    let timings = || digest.timings.iter().filter(of);
    best.and_then(|group| timings().find(|timing| group.holds(timing) && timing.numbers.is_ok()))
        .or_else(|| timings().next())
}

fn cells(timing: Option<&Timing>) -> Markup {
    let Some(timing) = timing else {
        return html! { td.none { "–" } td {} };
    };
    match &timing.numbers {
        Err(Withheld::Emulated) => html! { td { (part::missing("emulated")) } td {} },
        Err(Withheld::Wrong { .. }) => html! { td { (part::missing("withheld: wrong")) } td {} },
        Ok(numbers) => html! {
            td { (prefixed(numbers.median)) @if timing.unit != "weights/s" { small { (timing.unit) } } }
            @match &numbers.against {
                Some(other) => td class=(part::tone(other.ratio.low, other.ratio.high)) { (ratio_interval(&other.ratio)) },
                None => td {},
            }
        },
    }
}
