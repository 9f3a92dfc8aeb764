//! Parts that several pages share.

use maud::{Markup, PreEscaped, html};
use quantmark_record::formats::Class;
use quantmark_record::schema::Summary;

use crate::plot::Plot;

/// A format's name with the mark of its class.
pub(super) fn format(name: &str) -> Markup {
    html! { code class={ "m-" (Class::of(name).style()) } { (name) } }
}

/// The mark of a class; colour is never all that tells it.
pub(super) fn mark(class: Class) -> Markup {
    html! { span class={ "k-" (class.style()) } {} }
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
            @match plot {
                Plot::Both { wide, narrow } => {
                    div.plot.wide role="img" aria-label=(label) { (PreEscaped(wide)) }
                    div.plot.narrow role="img" aria-label=(label) { (PreEscaped(narrow)) }
                },
                Plot::Single(svg) => div.plot.single role="img" aria-label=(label) { (PreEscaped(svg)) },
            }
        }
    }
}

/// What stands where a number is missing.
pub(super) fn missing(why: &str) -> Markup {
    html! { span.missing { (why) } }
}

/// A cell that counts checks; failures link to `failures`.
pub(super) fn checks(summary: Option<&Summary>, failures: &str) -> Markup {
    let Some(summary) = summary else {
        return html! { td.none { "–" } };
    };
    html! {
        @match (summary.failures(), summary.ran()) {
            (0, 0) => td.none {
                @if summary.unsupported > 0 { "no kernel" } @else { "skipped" }
            },
            (0, _) => td.good { "✓ " (summary.pass) @if summary.expected_fail > 0 { small { (summary.expected_fail) " known to fail" } } },
            (failed, ran) => td.bad { a href=(failures) { "✗ " (failed) "/" (ran) span.hidden { " failed" } } },
        }
    }
}

/// Only an interval that leaves out 1 is coloured.
pub(super) const fn tone(low: f64, high: f64) -> &'static str {
    match () {
        () if low > 1.0 => "faster",
        () if high < 1.0 => "slower",
        () => "",
    }
}
