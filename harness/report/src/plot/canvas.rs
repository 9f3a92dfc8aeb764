//! What the plots share: logarithmic axes, ticks, text, markers.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use quantmark_record::formats::Class;

use super::palette::{self, GRID, MUTED};

pub(super) type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Size of a plot's text in its own pixels, as plotters counts it: an em is 1.24 times smaller.
pub(super) const TEXT: i32 = 15;

/// Room that a character of [`TEXT`] takes at most, on average.
pub(super) const CHARACTER: i32 = 7;

/// A plot on an SVG of that size.
pub(super) fn drawn(size: (u32, u32), draw: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    {
        let canvas = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&canvas);
        canvas.present().expect("a string takes every drawing");
    }
    compact(&svg)
}

/// Without what the style sheet says of every text, what is so anyway, and space around texts. Texts hold no `<` and no
/// quote that is not escaped, so none of the parts is found in one.
fn compact(svg: &str) -> String {
    const SAID: [&str; 9] = [
        " xmlns=\"http://www.w3.org/2000/svg\"",
        " opacity=\"1\"",
        " stroke=\"none\"",
        " stroke-width=\"1\"",
        " font-family=\"sans-serif\"",
        " font-size=\"12.096774193548388\"",
        " text-anchor=\"start\"",
        " dy=\"0.5ex\"",
        " fill=\"none\"",
    ];
    let mut compact = svg.replace(">\n", ">").replace("\n<", "<");
    for part in SAID {
        compact = compact.replace(part, "");
    }
    // Texts are dark where nothing else is said; those that end somewhere have a class.
    let mut parts = compact.split("<text ");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for text in parts {
        let (tag, rest) = text.split_once('>').unwrap_or((text, ""));
        let tag = tag.replace(" fill=\"#1B1F24\"", "").replace(" text-anchor=\"end\"", " class=\"e\"");
        for part in ["<text ", &tag, ">", rest] {
            short.push_str(part);
        }
    }
    short
}

/// Puts an element on the canvas.
pub(super) fn put<'a, 'b, E>(canvas: &Canvas<'a>, element: E)
where
    for<'p> &'p E: plotters::element::PointCollection<'p, (i32, i32)>,
    E: plotters::element::Drawable<SVGBackend<'a>>,
{
    canvas.draw(&element).expect("a string takes every drawing");
}

pub(super) fn text(canvas: &Canvas<'_>, words: &str, at: (i32, i32), color: RGBColor, h: HPos, v: VPos) {
    let style = TextStyle::from(("sans-serif", TEXT).into_font()).color(&color).pos(Pos::new(h, v));
    put(canvas, Text::new(words.to_owned(), at, style));
}

pub(super) fn line(canvas: &Canvas<'_>, from: (i32, i32), to: (i32, i32), color: RGBColor, width: u32) {
    put(canvas, PathElement::new(vec![from, to], color.stroke_width(width)));
}

/// A class's marker: colour and shape both tell it. It reaches `r` pixels from its middle.
pub(super) fn marker(canvas: &Canvas<'_>, class: Class, (x, y): (i32, i32), r: i32) {
    let style = palette::of(class).filled();
    let s = r - 1;
    match class {
        Class::UltraLow => put(canvas, Circle::new((x, y), s, style)),
        Class::Low => put(canvas, Polygon::new(vec![(x - r, y + s), (x + r, y + s), (x, y - r)], style)),
        Class::Medium => put(canvas, Rectangle::new([(x - s, y - s), (x + s, y + s)], style)),
        Class::Full => put(canvas, Polygon::new(vec![(x - r, y), (x, y - r - 1), (x + r, y), (x, y + r + 1)], style)),
        Class::Other => put(canvas, Polygon::new(vec![(x - r, y - s), (x + r, y - s), (x, y + r)], style)),
    }
}

/// The classes and their markers, in rows from the top left; gives the height taken.
pub(super) fn legend(canvas: &Canvas<'_>, classes: &[Class], left: i32, width: i32) -> i32 {
    const ROW: i32 = 20;
    let (mut x, mut y) = (left, ROW / 2);
    for &class in classes {
        let room = 20 + class.name().chars().count() as i32 * CHARACTER + 12;
        if x + room > width && x > left {
            (x, y) = (left, y + ROW);
        }
        marker(canvas, class, (x + 7, y), 6);
        text(canvas, class.name(), (x + 18, y), MUTED, HPos::Left, VPos::Center);
        x += room;
    }
    y + ROW / 2
}

/// A logarithmic axis from values to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    from: i32,
    to: i32,
}

impl Axis {
    /// An axis that holds the values and `room` of the whole on each side of them. The values are above zero.
    pub(super) fn around(values: impl IntoIterator<Item = f64>, room: f64, from: i32, to: i32) -> Self {
        let (low, high) = values
            .into_iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value.ln()), high.max(value.ln())));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
        let margin = ((high - low) * room).max(0.05);
        Self { low: low - margin, high: high + margin, from, to }
    }

    pub(super) fn at(&self, value: f64) -> i32 {
        let share = ((value.ln() - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + (share * f64::from(self.to - self.from)).round() as i32
    }

    /// Round values on the axis, at most about `most`: as dense a ladder as fits.
    pub(super) fn ticks(&self, most: usize) -> Vec<f64> {
        const LADDERS: &[&[f64]] = &[
            &[1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
            &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0],
            &[1.0, 2.0, 5.0],
            &[1.0],
        ];
        // What a record holds may overflow here.
        let [low, high] = [self.low, self.high].map(|end| end.exp().clamp(1e-300, 1e300));
        let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let rungs = |ladder: &[f64]| -> Vec<f64> {
            let all = decades.clone().flat_map(|decade| ladder.iter().map(move |rung| rung * 10f64.powi(decade)));
            all.filter(|tick| (low..=high).contains(tick)).collect()
        };
        let mut ticks = LADDERS.iter().map(|ladder| rungs(ladder));
        ticks.find(|ticks| ticks.len() <= most).unwrap_or_else(|| {
            let all = rungs(&[1.0]);
            let step = all.len().div_ceil(most.max(1));
            all.into_iter().step_by(step).collect()
        })
    }
}

/// A grid line across, with its label on the left.
pub(super) fn row_line(canvas: &Canvas<'_>, y: i32, left: i32, right: i32, label: &str) {
    line(canvas, (left, y), (right, y), GRID, 1);
    text(canvas, label, (left - 6, y), MUTED, HPos::Right, VPos::Center);
}

/// A grid line down, with its label below.
pub(super) fn column_line(canvas: &Canvas<'_>, x: i32, top: i32, bottom: i32, label: &str) {
    line(canvas, (x, top), (x, bottom), GRID, 1);
    text(canvas, label, (x, bottom + 6), MUTED, HPos::Center, VPos::Top);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_compact_and_keep_their_texts() {
        let svg = drawn((40, 20), |canvas| text(canvas, "a <b> \"c\"", (1, 2), MUTED, HPos::Left, VPos::Center));
        assert!(svg.contains("a &lt;b&gt;") && !svg.contains("<b>"), "{svg}");
        for left in ["font-family", "font-size", "opacity=", "xmlns"] {
            assert!(!svg.contains(left), "{left}: {svg}");
        }
    }

    #[test]
    fn ticks_are_round_and_few() {
        let axis = Axis::around([1.06, 32.0], 0.02, 0, 100);
        assert_eq!(axis.ticks(8), [1.0, 2.0, 5.0, 10.0, 20.0]);
        assert!(Axis::around([1e-300, 1e300], 0.0, 0, 100).ticks(6).len() <= 6);
        assert!(Axis::around([5e-324, f64::MAX], 0.1, 0, 100).ticks(6).len() <= 6);
        assert!(Axis::around([f64::INFINITY, 1.0], 0.1, 0, 100).ticks(6).len() <= 6);
        assert!(Axis::around([], 0.1, 0, 100).ticks(6).len() <= 6);
        let narrow = Axis::around([1.0, 1.01], 0.1, 0, 100);
        assert!(narrow.at(1.0) < narrow.at(1.01));
    }
}
