//! The page of a device: its latest run.

mod facts;
mod history;
mod plots;
mod speed;

use maud::{Markup, html};
use quantmark_record::digest::Digest;
use quantmark_record::number::duration;

use super::extras::Series;
use super::page::{self, Page, Script};
use super::{names, quality, verdict};

/// Renders the page at `path`, with the series of the device's earlier runs.
pub(super) fn render(digest: &Digest, slug: &str, series: &[Series]) -> String {
    let path = names::device_page(slug);
    let environment = &digest.header.environment;
    let conformance = format!("../conformance.html#{slug}");
    let body = html! {
        h1 { (digest.device()) }
        p.subtitle {
            (environment.cpu) " · " time datetime=(digest.header.started) { (digest.header.started) }
            @if let Some(footer) = &digest.footer { " · " (duration(footer.seconds)) }
        }
        (verdict::panel(digest, &conformance))
        (verdict::tiles(digest))
        section aria-labelledby="formats" {
            h2 #formats { "Formats" }
            (speed::overview(digest, &conformance))
            (plots::section(digest))
        }
        section aria-labelledby="speed" {
            h2 #speed { "Speed, every backend" }
            (speed::tables(digest))
        }
        (models(digest))
        (history::section(series))
        section aria-labelledby="machine" {
            h2 #machine { "Machine and build" }
            (facts::section(digest))
        }
    };
    page::render(&Page { title: &digest.device(), path: &path, scripts: &[Script::Table], data: None, body })
}

fn models(digest: &Digest) -> Markup {
    let models = quality::models(digest);
    html! {
        @if !models.is_empty() {
            section aria-labelledby="models" {
                h2 #models { "Models" }
                @for (model, rows) in &models { (quality::table(model, rows)) }
            }
        }
    }
}
