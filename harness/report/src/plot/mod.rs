//! Plots as inline SVG. The style sheet maps the colours of [`palette`] to those of the page's theme.

mod canvas;
mod history;
mod palette;
mod ratios;
mod roofline;
mod scatter;

pub(super) use history::{Line, history};
pub(super) use ratios::{Ratio, ratios};
pub(super) use roofline::{Roofline, roofline};
pub(super) use scatter::{Axes, Point, front, scatter, small_scatter};

#[cfg(test)]
pub(super) use palette::ALL as PALETTE;

/// A plot as SVG elements that contain no text but escaped one.
pub(super) enum Plot {
    /// Drawn twice, for wide and for narrow pages, because text in a picture scales with it; the style sheet shows one.
    Both {
        /// For pages wider than the widest phone.
        wide: String,
        /// For phones.
        narrow: String,
    },
    /// Drawn once, for a column of the page that is as wide as a phone.
    Single(String),
}

/// The pages that a plot is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Wide,
    Narrow,
    Column,
}

impl Page {
    const fn width(self) -> u32 {
        match self {
            Self::Wide => 1040,
            Self::Narrow => 316,
            Self::Column => 440,
        }
    }

    /// Labels that fit below a horizontal axis.
    const fn ticks(self) -> usize {
        match self {
            Self::Wide => 12,
            Self::Narrow => 6,
            Self::Column => 7,
        }
    }
}

fn both(draw: impl Fn(Page) -> String) -> Plot {
    Plot::Both { wide: draw(Page::Wide), narrow: draw(Page::Narrow) }
}

fn single(draw: impl Fn(Page) -> String) -> Plot {
    Plot::Single(draw(Page::Column))
}
