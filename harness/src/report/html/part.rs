//! Parts that several sections share.

use maud::{Markup, PreEscaped, html};

use crate::report::formats::Class;
use crate::report::plot::Plot;

/// A format's name with the mark of its class.
pub(super) fn format(name: &str) -> Markup {
    html! { span class={ "mark class-" (Class::of(name).style()) } aria-hidden="true" {} code { (name) } }
}

/// A table that scrolls by itself where the page is narrow, also by keyboard.
pub(super) fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// A plot with its caption; the numbers of every plot are in a table too.
pub(super) fn figure(plot: &Plot, label: &str, caption: &Markup) -> Markup {
    html! {
        figure {
            figcaption { (caption) }
            div.plot.wide role="img" aria-label=(label) { (PreEscaped(&plot.wide)) }
            div.plot.narrow role="img" aria-label=(label) { (PreEscaped(&plot.narrow)) }
        }
    }
}

/// What stands where a number is missing.
pub(super) fn missing(why: &str) -> Markup {
    html! { span.missing { (why) } }
}
