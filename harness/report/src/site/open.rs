//! A record opened in the browser.

use maud::{Markup, html};

use super::page::{self, Page, Script};

pub(super) fn render() -> String {
    let body = html! {
        h1 { "Open a record" }
        p.subtitle { "A run.jsonl opens here without a server and without leaving this computer. A line that is not what a record holds is refused, with its number." }
        (drop("Choose a run.jsonl"))
        section #opened hidden aria-live="polite" {}
        noscript { p.notice { "This page needs its script. " code { "quantmark report run.jsonl --out DIR" } " renders a record without one." } }
    };
    page::render(&Page {
        title: "Open a record",
        path: "open.html",
        scripts: &[Script::Table, Script::Build, Script::Record, Script::Open],
        data: None,
        body,
    })
}

/// Where a record is dropped or chosen.
pub(super) fn drop(words: &str) -> Markup {
    html! {
        div.drop #drop {
            p { "Drop a record anywhere on this page" }
            label { (words) input #file type="file" accept=".jsonl,.json,application/json"; }
        }
        p.error #refused role="alert" hidden {}
    }
}
