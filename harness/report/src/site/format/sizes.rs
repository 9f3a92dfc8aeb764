//! What a format makes of layers of well-known models.

use maud::{Markup, html};
use quantmark_record::number::bytes;
use quantmark_record::schema::SizeRow;

use crate::site::contents::Column;
use crate::site::part;

pub(super) fn section(name: &str, columns: &[Column]) -> Markup {
    let rows = columns.iter().flat_map(|column| &column.digest.sizes);
    let Some(row) = rows.into_iter().find(|row| row.format == name) else {
        return html! {};
    };
    part::scrolling("Sizes of layers", &table(row))
}

fn table(row: &SizeRow) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "Layer" } th scope="col" { "Size" } } }
            tbody { @for layer in &row.layers {
                tr {
                    th scope="row" { (layer.layer) small { (layer.rows) " × " (layer.cols) } }
                    td { @match layer.bytes { Some(size) => (bytes(size)), None => (part::missing("no whole blocks")) } }
                }
            } }
        }
    }
}
