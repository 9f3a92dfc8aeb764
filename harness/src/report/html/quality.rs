//! What each file type costs a model, and what it gains.

use maud::{Markup, html};

use super::part;
use crate::record::Record;
use crate::record::schema::ModelRow;
use crate::report::formats::Class;
use crate::report::number::{bytes, change, count, digits, percent, prefixed};
use crate::report::plot::{self, Axes, Point, front};

/// Above this times the perplexity before quantizing a model has forgotten too much to be compared in a plot.
const RUINED: f64 = 3.0;

pub(super) fn section(record: &Record) -> Markup {
    let all = record.models();
    let mut models: Vec<&str> = all.iter().map(|row| row.model.as_str()).collect();
    models.dedup();
    html! {
        @if models.is_empty() { p { "This run measured no models." } }
        @for model in models {
            @let rows: Vec<&ModelRow> = all.iter().filter(|row| row.model == model).collect();
            (of_model(model, &rows))
        }
    }
}

fn of_model(model: &str, rows: &[&ModelRow]) -> Markup {
    let first = rows[0];
    html! {
        h3 { (model) }
        p {
            "Perplexity over " (count(first.windows, "window")) " of " (first.context)
            " tokens, the second half of each scored; divergence (KLD) and the same token on top are against the model before quantizing, whose perplexity here is "
            (format!("{:.3}", first.base_perplexity)) ". Columns are weighted by importance where the format takes it."
        }
        (size_perplexity(model, rows))
        (size_divergence(model, rows))
        (part::scrolling(&format!("Quality of {model}"), &table(rows)))
    }
}

/// A file type of 16 bits and more diverges too little to share an axis with the others.
const WIDE: f64 = 16.0;

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
        &format!("{what} of {model} in {} file types", points.len()),
        &html! {
            strong { (what) " of " (model) }
            " Lower is better, further left is smaller. On the line are those that none of the others beats in both: "
            (best.join(", ")) "." (more)
        },
    )
}

fn point(row: &ModelRow, y: f64) -> Point {
    Point { label: row.file_type.clone(), class: Class::of(&row.format), x: row.bits_per_weight, y }
}

fn table(rows: &[&ModelRow]) -> Markup {
    let threads = rows[0].threads;
    html! {
        table {
            thead {
                tr {
                    th.stuck scope="col" { "File type" }
                    th.number scope="col" { "Bits per weight" }
                    th.number scope="col" { "Size" }
                    th.number scope="col" { "Perplexity" }
                    th.number scope="col" { "Change" }
                    th.number scope="col" { "KLD, mean" }
                    th.number scope="col" { "KLD, 99 %" }
                    th.number scope="col" { "Same token" }
                    th.number scope="col" { "pp512" small { "tokens/s, " (count(threads as u64, "thread")) } }
                    th.number scope="col" { "tg128" small { "tokens/s" } }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        th.stuck scope="row" {
                            span class={ "mark class-" (Class::of(&row.format).style()) } aria-hidden="true" {}
                            code { (row.file_type) }
                        }
                        td.number { (format!("{:.3}", row.bits_per_weight)) }
                        td.number { (bytes(row.bytes)) }
                        td.number { (format!("{:.3}", row.perplexity)) small { "± " (format!("{:.3}", row.perplexity_error)) } }
                        td.number { (change(row.perplexity / row.base_perplexity)) }
                        td.number { (digits(row.kld_mean)) }
                        td.number { (digits(row.kld_99)) }
                        td.number { (percent(row.same_top)) }
                        td.number { (speed(row.pp512)) }
                        td.number { (speed(row.tg128)) }
                    }
                }
            }
        }
    }
}

fn speed(rate: Option<f64>) -> Markup {
    match rate {
        Some(rate) => html! { (prefixed(rate)) },
        None => part::missing("emulated"),
    }
}
