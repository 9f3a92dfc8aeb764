//! What each format makes of known layer shapes.

use maud::{Markup, html};

use super::part;
use crate::record::Record;
use crate::record::schema::SizeRow;
use crate::report::formats::{Class, rank};
use crate::report::number::{bytes, grouped};

pub(super) fn section(record: &Record) -> Markup {
    if record.sizes.is_empty() {
        return html! { p { "This run holds no sizes." } };
    }
    html! {
        p { "Bits per weight count everything a block stores, scales and minima included. Layers are whole tensors of well-known models." }
        (part::scrolling("Sizes by format", &table(record)))
    }
}

fn table(record: &Record) -> Markup {
    let mut rows: Vec<&SizeRow> = record.sizes.iter().collect();
    rows.sort_by_key(|row| rank(&row.format));
    let mut layers: Vec<(&str, u64, u64)> = Vec::new();
    for layer in rows.iter().flat_map(|row| &row.layers) {
        let column = (layer.layer.as_str(), layer.rows, layer.cols);
        if !layers.contains(&column) {
            layers.push(column);
        }
    }
    let widest = rows.iter().map(|row| row.bits_per_weight).fold(1.0, f64::max);
    html! {
        table {
            thead {
                tr {
                    th.stuck scope="col" { "Format" }
                    th.number scope="col" { "Bits per weight" }
                    td.bar {}
                    th.number scope="col" { "Block" }
                    @for (layer, rows, cols) in &layers {
                        th.number scope="col" { (layer) small { (grouped(*rows)) " × " (grouped(*cols)) } }
                    }
                }
            }
            tbody {
                @for row in &rows {
                    tr {
                        th.stuck scope="row" { (part::format(&row.format)) }
                        td.number { (format!("{:.4}", row.bits_per_weight).trim_end_matches('0').trim_end_matches('.')) }
                        td.bar { (bar(row.bits_per_weight / widest, Class::of(&row.format))) }
                        td.number { (row.block_len) " in " (row.block_bytes) " B" }
                        @for &(layer, rows, cols) in &layers {
                            @let size = row.layers.iter().find(|size| (size.layer.as_str(), size.rows, size.cols) == (layer, rows, cols));
                            td.number {
                                @match size.map(|size| size.bytes) {
                                    Some(Some(size)) => (bytes(size)),
                                    Some(None) => (part::missing("no whole blocks")),
                                    None => (part::missing("not asked")),
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bar(share: f64, class: Class) -> Markup {
    html! {
        svg class={ "bar class-" (class.style()) } viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(format!("{:.1}", share * 100.0)) height="10" {}
        }
    }
}
