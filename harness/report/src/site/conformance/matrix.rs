//! The matrix of formats, backends and levels of a device.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use quantmark_record::digest::{Cell, Digest};
use quantmark_record::formats::backend_rank;
use quantmark_record::schema::{Level, Summary};

use crate::site::{names, part};

pub(super) fn table(digest: &Digest, failures: &str) -> Markup {
    let mut backends: BTreeMap<(usize, &str), BTreeSet<Level>> = BTreeMap::new();
    for cell in digest.cells.keys() {
        backends.entry(backend_rank(&cell.backend)).or_default().insert(cell.level);
    }
    let failures = format!("#{failures}");
    let of = |format: &str, backend: &str, level: Level| -> Option<&Summary> {
        digest.cells.get(&Cell { format: format.to_owned(), backend: backend.to_owned(), level })
    };
    html! {
        table.matrix {
            thead {
                tr {
                    th scope="col" rowspan="2" { "Format" }
                    @for ((_, backend), levels) in &backends { th.group scope="colgroup" colspan=(levels.len()) { (backend) } }
                }
                tr { @for levels in backends.values() { @for (index, level) in levels.iter().enumerate() {
                    th.first[index == 0] scope="col" { (level) span.hidden { " " (level.title()) } }
                } } }
            }
            tbody {
                @for format in digest.formats() {
                    tr {
                        th scope="row" { a href=(names::format_page(format)) { (part::format(format)) } }
                        @for ((_, backend), levels) in &backends { @for &level in levels { (part::checks(of(format, backend, level), &failures)) } }
                    }
                }
            }
        }
    }
}
