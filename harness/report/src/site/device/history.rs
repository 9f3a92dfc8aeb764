//! How the device's numbers went over its runs.

use maud::{Markup, html};
use quantmark_record::number::{count, prefixed};

use crate::plot;
use crate::plot::Line;
use crate::site::extras::Series;
use crate::site::part;

/// Series that are drawn; a page of hundreds is read by nobody.
const MOST: usize = 12;

pub(super) fn section(series: &[Series]) -> Markup {
    let several: Vec<&Series> = series.iter().filter(|series| series.points.len() > 1).collect();
    html! {
        @if !several.is_empty() {
            section aria-labelledby="history" {
                h2 #history { "History" }
                p { "One value a run. A step that is larger than what a series does from run to run by itself is named by " code { "compare" } " and by the nightly verdict, not by eye." }
                div.figures { @for series in several.iter().take(MOST) { (figure(series)) } }
                @if several.len() > MOST { p.key { (several.len() - MOST) " more series are in the history and not drawn." } }
            }
        }
    }
}

fn figure(series: &Series) -> Markup {
    let line = Line { points: series.points.clone(), unit: series.unit.clone() };
    let (first, last) = (&series.points[0], &series.points[series.points.len() - 1]);
    let label = format!(
        "{}: from {} {} to {} {} over {}",
        series.name,
        prefixed(first.1),
        series.unit,
        prefixed(last.1),
        series.unit,
        count(series.points.len() as u64, "run")
    );
    part::figure(
        &plot::history(&line),
        &label,
        &html! { strong { (series.name) } " " (count(series.points.len() as u64, "run")) ", the last " (prefixed(last.1)) " " (series.unit) "." @if let Some(verdict) = &series.verdict { " " (verdict) "." } },
    )
}
