//! A whole page: its head, its policy, its way to the others.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::lean::lean;

/// The parts of the style sheet, which all pages share: in every page it would be most of the site.
const STYLES: [&str; 5] = [
    include_str!("style/base.css"),
    include_str!("style/panel.css"),
    include_str!("style/plot.css"),
    include_str!("style/form.css"),
    include_str!("style/block.css"),
];

/// The style sheet's path in the site.
pub(super) const STYLE_PATH: &str = "style.css";

/// The style sheet.
pub(super) fn style() -> String {
    compact(STYLES.into_iter())
}

/// The scripts; each page carries those that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Sorting and filtering of tables.
    Table,
    /// Building elements from texts, which are never markup.
    Build,
    /// Reading a record.
    Record,
    /// A record opened in the browser.
    Open,
    /// Two runs side by side.
    Compare,
    /// The pick of a format.
    Pick,
}

impl Script {
    const fn text(self) -> &'static str {
        match self {
            Self::Table => include_str!("script/table.js"),
            Self::Build => include_str!("script/build.js"),
            Self::Record => include_str!("script/record.js"),
            Self::Open => include_str!("script/open.js"),
            Self::Compare => include_str!("script/compare.js"),
            Self::Pick => include_str!("script/pick.js"),
        }
    }
}

/// The pages that every page links to.
pub(super) const PAGES: [(&str, &str); 6] = [
    ("index.html", "Overview"),
    ("pick.html", "Pick a format"),
    ("conformance.html", "Conformance"),
    ("compare.html", "Compare"),
    ("open.html", "Open a record"),
    ("method.html", "Method"),
];

/// What a page is made of. Texts are escaped where the markup was built.
pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    /// The file's path in the site.
    pub(super) path: &'a str,
    pub(super) scripts: &'a [Script],
    /// JSON that the scripts read.
    pub(super) data: Option<String>,
    pub(super) body: Markup,
}

/// The way from a page back to the site's first folder.
pub(super) fn root(path: &str) -> &'static str {
    if path.contains('/') { "../" } else { "" }
}

/// Renders a page. Its policy allows its own script by its hash, style sheets that lie beside it, and nothing else: no
/// request leaves the site. Some browsers take a file's neighbours for its own, others for files alone.
pub(super) fn render(page: &Page<'_>) -> String {
    let script = compact(page.scripts.iter().map(|script| script.text()));
    let script_source = if script.is_empty() { "'none'".to_owned() } else { hash(&script) };
    let policy = format!(
        "default-src 'none'; style-src 'self' file:; script-src {script_source}; img-src data:; base-uri 'none'; \
         form-action 'none'"
    );
    let root = root(page.path);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (page.title) " · Quantmark" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ (root) (STYLE_PATH) };
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                div.top {
                    a.brand href={ (root) "index.html" } { "Quantmark" }
                    nav aria-label="Pages" { ul {
                        @for (path, title) in PAGES {
                            li { a href={ (root) (path) } aria-current=[(path == page.path).then_some("page")] { (title) } }
                        }
                    } }
                }
                main #content tabindex="-1" { (page.body) }
                footer { "Rendered by quantmark " (env!("CARGO_PKG_VERSION")) " from run records; nothing here was measured anywhere else." }
                @if let Some(data) = &page.data {
                    script #data type="application/json" { (PreEscaped(inert(data))) }
                }
                @if !script.is_empty() { script { (PreEscaped(&script)) } }
            }
        }
    };
    lean(&page.into_string())
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// JSON that cannot end its element, whatever texts it holds.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Without indentation and lines of comment.
fn compact<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let lines = texts.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut compact = String::new();
    for line in lines {
        compact.push_str(line);
        compact.push('\n');
    }
    compact
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::PALETTE;
    use quantmark_record::formats::Class;

    const SCRIPTS: [Script; 6] =
        [Script::Table, Script::Build, Script::Record, Script::Open, Script::Compare, Script::Pick];

    #[test]
    fn the_style_sheet_maps_every_colour_of_the_plots() {
        let style = style();
        for color in PALETTE {
            let value = format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2);
            for attribute in ["fill", "stroke"] {
                assert!(style.contains(&format!("[{attribute}=\"{value}\"]")), "{attribute} {value}");
            }
        }
        for class in Class::ALL {
            assert!(style.contains(&format!(".k-{0}, .m-{0} ", class.style())), "{class:?}");
        }
    }

    #[test]
    fn styles_and_scripts_cannot_end_their_elements() {
        for text in STYLES {
            assert!(!text.contains("@import") && !text.contains("url("));
        }
        for script in SCRIPTS {
            let text = script.text();
            for forbidden in
                ["</", "<!--", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function("]
            {
                assert!(!text.contains(forbidden), "{script:?} holds {forbidden}");
            }
        }
    }

    #[test]
    fn data_are_inert() {
        assert_eq!(inert("{\"a\":\"</script><!--&\"}"), "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\"}");
    }
}
