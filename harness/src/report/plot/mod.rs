//! Plots as inline SVG. Each is drawn twice, for wide and for narrow pages, because text in a picture scales with it;
//! the style sheet shows one and maps the colours of [`palette`] to those of the page's theme.

mod canvas;
mod palette;
mod ratios;
mod scatter;

pub(super) use ratios::{Ratio, ratios};
pub(super) use scatter::{Axes, Point, front, scatter};

#[cfg(test)]
pub(super) use palette::ALL as PALETTE;

/// One plot in its two drawings, as SVG elements that contain no text but escaped one.
pub(super) struct Plot {
    pub(super) wide: String,
    pub(super) narrow: String,
}

/// The pages that a plot is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Wide,
    Narrow,
}

impl Page {
    const fn width(self) -> u32 {
        match self {
            Self::Wide => 1040,
            Self::Narrow => 316,
        }
    }
}

fn both(draw: impl Fn(Page) -> String) -> Plot {
    Plot { wide: draw(Page::Wide), narrow: draw(Page::Narrow) }
}
