//! The plots of a device.

use std::collections::BTreeMap;

use maud::{Markup, html};
use quantmark_record::digest::{Digest, Numbers, Timing};
use quantmark_record::formats::{Class, rank};
use quantmark_record::number::{count, digits};

use crate::plot;
use crate::plot::{Axes, Point, Ratio, Roofline};
use crate::site::headline;
use crate::site::headline::Group;
use crate::site::{names, part};

/// Rows of a plot of ratios, so that it stays one that can be read.
const MOST_RATIOS: usize = 40;

pub(super) fn section(digest: &Digest) -> Markup {
    let Some(group) = headline::headline(digest) else {
        return html! {};
    };
    html! {
        div.figures {
            (speed(digest, &group))
            @for (opponent, rows) in ratios(digest, &group) { (figure_of_ratios(&group, &opponent, &rows)) }
        }
    }
}

/// Size against speed: with the roof of memory where it was measured.
fn speed(digest: &Digest, group: &Group) -> Markup {
    let best = headline::best(digest, group);
    let points: Vec<Point> = best
        .iter()
        .filter_map(|(&format, (_, numbers))| {
            let x = names::bits_per_weight(digest, format)?;
            Some(Point { label: format.to_owned(), class: Class::of(format), x, y: numbers.median })
        })
        .collect();
    if points.len() < 2 {
        return html! {};
    }
    let title = group.title();
    let label = format!("Bits per weight against {title}, for {} formats", points.len());
    let bandwidth = best.values().find_map(|(_, numbers)| numbers.roof()).filter(|_| group.unit == "weights/s");
    match bandwidth {
        Some(bandwidth) => {
            let compute = compute(digest, group.threads);
            part::figure(
                &plot::roofline(&Roofline { points, bandwidth, compute }),
                &format!("{label}, under the roof of memory at {} GB/s", digits(bandwidth / 1e9)),
                &html! {
                    strong { "Roofline: size and speed of " (title) }
                    " Memory was measured to give " (digits(bandwidth / 1e9)) " GB/s on as many threads: nothing whose weights come from memory can be above that line. The fastest backend of each format."
                },
            )
        }
        None => {
            let less = !group.unit.ends_with("/s");
            let y = format!("{}, the {} the better", group.unit, if less { "lower" } else { "higher" });
            part::figure(
                &plot::small_scatter(&points, Axes { x: "bits per weight", y: &y, front: false }),
                &label,
                &html! { strong { "Size and " @if less { (group.unit) } @else { "speed" } " of " (title) } " The best backend of each format." },
            )
        }
    }
}

/// The fastest rate of a format from the cache, over as many threads as share it.
fn compute(digest: &Digest, threads: usize) -> Option<f64> {
    let dots = digest.shown().filter(|(timing, _)| timing.operation == "dot" && timing.unit == "weights/s");
    let rate = dots.map(|(timing, numbers)| numbers.median / timing.threads.max(1) as f64).reduce(f64::max)?;
    Some(rate * threads as f64)
}

/// The ratios of a group by the implementation beside ours: of the best backend of each format.
fn ratios(digest: &Digest, group: &Group) -> BTreeMap<String, Vec<Ratio>> {
    let best = headline::best(digest, group);
    let mut timings: Vec<(&Timing, &Numbers)> = best.into_values().collect();
    timings.sort_by_key(|(timing, _)| rank(&timing.format));
    let mut ratios: BTreeMap<String, Vec<Ratio>> = BTreeMap::new();
    for (timing, numbers) in timings {
        if let Some(against) = &numbers.against {
            ratios.entry(format!("ours over {}", against.implementation)).or_default().push(Ratio {
                label: timing.format.clone(),
                class: Class::of(&timing.format),
                ratio: against.ratio,
            });
        }
    }
    ratios.into_iter().take(3).collect()
}

fn figure_of_ratios(group: &Group, opponent: &str, rows: &[Ratio]) -> Markup {
    let label = format!("Ratio of {}, {opponent}, for {}", group.title(), count(rows.len() as u64, "format"));
    let shown = &rows[..rows.len().min(MOST_RATIOS)];
    part::figure(
        &plot::ratios(shown),
        &label,
        &html! {
            strong { (opponent) ", " (group.title()) }
            " The best backend of each format against the other's build for the same instructions: medians of interleaved pairs with 95 % intervals, above 1 ours is faster."
            @if rows.len() > MOST_RATIOS { " The first " (MOST_RATIOS) " of " (rows.len()) "." }
        },
    )
}
