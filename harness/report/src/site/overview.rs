//! The first page: formats and devices.

use maud::{Markup, html};
use quantmark_record::digest::Digest;
use quantmark_record::formats::sorted;
use quantmark_record::number::{change, count, digits, grouped, prefixed, ratio};

use super::contents::{Column, Site};
use super::headline::{self, Best, Group};
use super::page::{self, Page, Script};
use super::{filter, names, part, quality};

/// Devices with columns of their own; every device has its row and its page.
const MOST_COLUMNS: usize = 12;

pub(super) fn render(site: &Site) -> String {
    let columns = &site.columns[..site.columns.len().min(MOST_COLUMNS)];
    let quality = site.quality();
    let body = html! {
        h1 { "Quantized formats, checked and measured" }
        p.subtitle {
            (count(formats(columns).len() as u64, "format")) " on " (count(site.devices.len() as u64, "device"))
            ": which kernels are right, how fast they are, how small they make a model and what that costs."
        }
        (devices(site))
        section aria-labelledby="formats" {
            h2 #formats { "Formats" }
            (filter::form("overview"))
            (part::scrolling("Formats and devices", &table(columns, quality)))
            p.key {
                @if quality.is_some() { "Perplexity and divergence (KLD) are of the smallest file type whose weights have the format; speed" }
                @else { "Speed" }
                " is of the best backend; the ratio is ours over theirs, above 1 ours is faster."
                @if site.devices.len() > columns.len() { " Columns show the " (columns.len()) " devices measured last." }
            }
        }
        @if let Some(digest) = quality {
            section aria-labelledby="quality" {
                h2 #quality { "Size and quality" }
                @for (model, rows) in quality::models(digest) { (quality::plots(model, &rows)) }
            }
        }
    };
    page::render(&Page { title: "Overview", path: "index.html", scripts: &[Script::Table], data: None, body })
}

/// Every format of the columns.
pub(super) fn formats(columns: &[Column]) -> Vec<&str> {
    sorted(columns.iter().flat_map(|column| column.digest.formats()))
}

fn devices(site: &Site) -> Markup {
    html! {
        section aria-labelledby="devices" {
            h2 #devices { "Devices" }
            (part::scrolling("Devices", &html! {
                table.words.sortable {
                    thead { tr { @for title in ["Device", "Verdict", "Passed", "Failed", "Timings", "Measured"] { th scope="col" { (title) } } } }
                    tbody { @for device in &site.devices {
                        tr {
                            th scope="row" { a href=(names::device_page(&device.slug)) { (device.name) } small { (device.cpu) } }
                            td class=(device.style) { (device.verdict) }
                            td { (grouped(device.passed)) }
                            td { (grouped(device.failed)) }
                            td { (grouped(device.timings)) }
                            td { (device.started) }
                        }
                    } }
                }
            }))
        }
    }
}

fn table(columns: &[Column], quality: Option<&Digest>) -> Markup {
    let groups: Vec<Option<Group>> = columns.iter().map(|column| headline::headline(&column.digest)).collect();
    let best: Vec<Best<'_>> = columns
        .iter()
        .zip(&groups)
        .map(|(column, group)| group.as_ref().map_or_else(Best::new, |group| headline::best(&column.digest, group)))
        .collect();
    html! {
        table.sortable #overview {
            thead {
                tr {
                    th colspan=(if quality.is_some() { "4" } else { "2" }) scope="colgroup" { span.hidden { "Format" } }
                    @for column in columns {
                        th.group colspan="3" scope="colgroup" { a href=(names::device_page(&column.slug)) { (column.digest.device()) } }
                    }
                }
                tr {
                    th scope="col" { "Format" }
                    th scope="col" { "Bits" small { "per weight" } }
                    @if quality.is_some() {
                        th scope="col" { "Perplexity" small { "change" } }
                        th scope="col" { "KLD" small { "mean" } }
                    }
                    @for group in &groups {
                        th.first scope="col" { "Checks" }
                        @match group {
                            Some(group) => {
                                th scope="col" { @if group.unit.ends_with("/s") { "Speed" } @else { "Cost" } small { (group.title()) ", " (group.unit) } }
                                th scope="col" { "Ratio" small { @if group.unit.ends_with("/s") { "ours/theirs" } @else { "theirs/ours" } } }
                            },
                            None => {
                                th scope="col" { "Speed" small { "none to show" } }
                                th scope="col" { "Ratio" small { "ours/theirs" } }
                            },
                        }
                    }
                }
            }
            tbody {
                @for format in formats(columns) {
                    tr {
                        th scope="row" { a href=(names::format_page(format)) { (part::format(format)) } }
                        td { @if let Some(bits) = columns.iter().find_map(|column| names::bits_per_weight(&column.digest, format)) { (names::bits(bits)) } }
                        @if let Some(digest) = quality { (costs(digest, format)) }
                        @for (column, best) in columns.iter().zip(&best) { (of_device(column, best, format)) }
                    }
                }
            }
        }
    }
}

fn costs(digest: &Digest, format: &str) -> Markup {
    match quality::of_format(digest, format) {
        Some(row) => html! {
            td { (change(row.perplexity / row.base_perplexity)) small { (row.file_type) } }
            td { (digits(row.kld_mean)) }
        },
        None => html! { td.none { "–" } td.none { "–" } },
    }
}

fn of_device(column: &Column, best: &Best<'_>, format: &str) -> Markup {
    let digest = &column.digest;
    let checks = digest.backends().into_iter().filter_map(|backend| digest.checks(format, backend));
    let checks = checks.reduce(|sum, summary| sum.plus(&summary));
    let cell = part::checks(checks.as_ref(), &format!("conformance.html#{}", column.slug));
    html! {
        (cell)
        @match best.get(format) {
            Some((_, numbers)) => {
                td { (prefixed(numbers.median)) }
                @match &numbers.against {
                    Some(other) => td class=(part::tone(other.ratio.low, other.ratio.high)) { (ratio(other.ratio.median)) },
                    None => td.none { "–" },
                }
            },
            None => { td.none { "–" } td.none { "–" } },
        }
    }
}
