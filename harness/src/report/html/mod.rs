//! The page of a run: one file that needs no other, no network and no script.

mod conformance;
mod failure;
mod glance;
mod index;
mod machine;
mod method;
mod not_run;
mod part;
mod quality;
mod size;
mod speed;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::record::Record;

pub use index::{Entry, index};

const STYLE: &str = include_str!("style.css");

/// Renders a record. Every text of the record is escaped.
pub fn page(record: &Record) -> String {
    let device = &record.header.environment.device;
    let title = format!("{device} · {}", record.header.started);
    let sections = [
        ("conformance", "Conformance", conformance::section(record)),
        ("size", "Size", size::section(record)),
        ("quality", "Quality", quality::section(record)),
        ("speed", "Speed", speed::section(record)),
        ("not-run", "Not run", not_run::section(record)),
        ("machine", "Machine and build", machine::section(record)),
        ("method", "Method and limits", method::section(record)),
    ];
    let body = html! {
        a.skip href="#content" { "Skip to the content" }
        (glance::header(record))
        nav aria-label="Sections" {
            ul { @for (id, title, _) in &sections { li { a href={ "#" (id) } { (title) } } } }
        }
        main #content tabindex="-1" {
            @for (id, title, section) in &sections {
                section id=(id) aria-labelledby={ (id) "-title" } {
                    h2 id={ (id) "-title" } { (title) }
                    (section)
                }
            }
        }
        footer {
            "Rendered by quantmark " (env!("CARGO_PKG_VERSION")) " from the record of run " code { (record.header.run) } "."
        }
    };
    document(&title, &body)
}

/// A whole page. Its policy allows the one style sheet by its hash and nothing else: no script, no image, no request.
fn document(title: &str, body: &Markup) -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) " · Quantmark" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::formats::Class;
    use crate::report::plot::PALETTE;

    #[test]
    fn the_style_sheet_maps_every_colour_of_the_plots() {
        for color in PALETTE {
            let value = format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2);
            for attribute in ["fill", "stroke"] {
                assert!(STYLE.contains(&format!("[{attribute}=\"{value}\"]")), "{attribute} {value}");
            }
        }
        for class in Class::ALL {
            assert!(STYLE.contains(&format!(".class-{} ", class.style())), "{class:?}");
        }
    }

    #[test]
    fn the_style_sheet_cannot_end_its_element() {
        assert!(!STYLE.contains("</") && !STYLE.contains("@import") && !STYLE.contains("url("));
    }
}
