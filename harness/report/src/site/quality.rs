//! What each file type costs a model, and what it gains.

use maud::{Markup, html};
use quantmark_record::digest::Digest;
use quantmark_record::formats::Class;
use quantmark_record::number::{bytes, change, count, digits, percent, prefixed, ratio};
use quantmark_record::schema::ModelRow;
use quantmark_record::statistics::geometric_mean;

use super::part;
use crate::plot;
use crate::plot::{Axes, Point, front};

/// Above this times the perplexity before quantizing a model has forgotten too much to be compared in a plot.
const RUINED: f64 = 3.0;

/// A file type of 16 bits and more diverges too little to share an axis with the others.
const WIDE: f64 = 16.0;

/// The models of a digest, each with its rows.
pub(super) fn models(digest: &Digest) -> Vec<(&str, Vec<&ModelRow>)> {
    let mut models: Vec<(&str, Vec<&ModelRow>)> = Vec::new();
    for row in &digest.models {
        match models.iter_mut().find(|(model, _)| *model == row.model) {
            Some((_, rows)) => rows.push(row),
            None => models.push((&row.model, vec![row])),
        }
    }
    models
}

/// The row that tells what a format costs: of the file types whose weights have it, the smallest, which mixes in least
/// of others.
pub(super) fn of_format<'a>(digest: &'a Digest, format: &str) -> Option<&'a ModelRow> {
    let model = &digest.models.first()?.model;
    let rows = digest.models.iter().filter(|row| row.format == format && row.model == *model);
    rows.min_by(|a, b| a.bits_per_weight.total_cmp(&b.bits_per_weight))
}

/// The plots of a model.
pub(super) fn plots(model: &str, rows: &[&ModelRow]) -> Markup {
    html! {
        (size_perplexity(model, rows))
        (size_divergence(model, rows))
    }
}

fn size_perplexity(model: &str, rows: &[&ModelRow]) -> Markup {
    let useful = rows.iter().filter(|row| row.perplexity < RUINED * row.base_perplexity);
    let points: Vec<Point> = useful.map(|row| point(row, row.perplexity)).collect();
    let left_out = rows.len() - points.len();
    let more = match left_out {
        0 => String::new(),
        n => format!(" Not drawn: {} with more than three times the perplexity.", count(n as u64, "file type")),
    };
    plot("Size and perplexity", "perplexity, the lower the better", model, &points, &more)
}

fn size_divergence(model: &str, rows: &[&ModelRow]) -> Markup {
    let narrow = rows.iter().filter(|row| row.kld_mean > 0.0 && row.bits_per_weight < WIDE);
    let points: Vec<Point> = narrow.map(|row| point(row, row.kld_mean)).collect();
    let more =
        " Divergence compares prediction by prediction, so it tells apart what perplexity over few windows cannot.";
    plot("Size and divergence", "mean KLD, the lower the better", model, &points, more)
}

fn plot(what: &str, y: &str, model: &str, points: &[Point], more: &str) -> Markup {
    if points.len() < 2 {
        return html! {};
    }
    let best: Vec<&str> = front(points).iter().map(|point| point.label.as_str()).collect();
    part::figure(
        &plot::scatter(points, Axes { x: "bits per weight, all tensors", y, front: true }),
        &format!("{what} of {model} in {} file types; on the Pareto front: {}", points.len(), best.join(", ")),
        &html! {
            strong { (what) " of " (model) }
            " Lower is better, further left is smaller. On the line (the Pareto front) are those that none of the others beats in both: "
            (best.join(", ")) "." (more)
        },
    )
}

fn point(row: &ModelRow, y: f64) -> Point {
    Point { label: row.file_type.clone(), class: Class::of(&row.format), x: row.bits_per_weight, y }
}

/// Every file type of a model on a device.
pub(super) fn table(model: &str, rows: &[&ModelRow]) -> Markup {
    let first = rows[0];
    let table = html! {
        table.sortable {
            caption {
                (model) ": perplexity over " (count(first.windows, "window")) " of " (first.context)
                " tokens, the second half of each scored; divergence (KLD) and the same token on top are against the model before quantizing, whose perplexity here is "
                (three_decimals(first.base_perplexity)) ". Speed with the " (first.backend) " kernels on " (count(first.threads as u64, "thread"))
                @if let Some((other, [pp512, tg128])) = over(rows) {
                    ", over " (other) "'s in turn: pp512 " (ratio(pp512)) ", tg128 " (ratio(tg128)) " (geometric means)"
                }
                "."
            }
            thead {
                tr {
                    th scope="col" { "File type" }
                    @for title in ["Bits", "Size", "Perplexity", "Change", "KLD, mean", "Same token", "pp512", "tg128"] {
                        th scope="col" { (title) }
                    }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (part::mark(Class::of(&row.format))) code { (row.file_type) } }
                        td { (three_decimals(row.bits_per_weight)) }
                        td { (bytes(row.bytes)) }
                        td { (three_decimals(row.perplexity)) small { "± " (digits(row.perplexity_error)) } }
                        td { (change(row.perplexity / row.base_perplexity)) }
                        td { (digits(row.kld_mean)) }
                        td { (percent(row.same_top)) }
                        td { (speed(row.pp512)) }
                        td { (speed(row.tg128)) }
                    }
                }
            }
        }
    };
    part::scrolling(&format!("Quality of {model}"), &table)
}

/// The other side of the first row, and the means of both speeds' ratios to it.
fn over(rows: &[&ModelRow]) -> Option<(String, [f64; 2])> {
    let first = rows[0].against.as_ref()?;
    let against = || rows.iter().filter_map(|row| row.against.as_ref());
    let means = [
        geometric_mean(against().map(|against| against.pp512_ratio.median))?,
        geometric_mean(against().map(|against| against.tg128_ratio.median))?,
    ];
    Some((format!("{} {}", first.implementation, first.variant), means))
}

/// Three decimals, as perplexities are quoted, unless the number is no plausible one.
fn three_decimals(number: f64) -> String {
    if number < 1e6 { format!("{number:.3}") } else { digits(number) }
}

fn speed(rate: Option<f64>) -> Markup {
    match rate {
        Some(rate) => html! { (prefixed(rate)) },
        None => part::missing("emulated"),
    }
}
