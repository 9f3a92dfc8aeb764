//! Speeds against the roof of memory: a kernel that waits for nothing but memory reads as many weights a second as fit
//! through it, the more the fewer bits they have.

use plotters::style::text_anchor::{HPos, VPos};
use quantmark_record::formats::Class;
use quantmark_record::number;

use super::canvas::{Axis, column_line, drawn, legend, line, marker, row_line, text};
use super::palette::{ACCENT, MUTED};
use super::scatter::{Bounds, Point, label_all};
use super::{Page, Plot, single};

/// What is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Roofline {
    /// Bits per weight, and weights a second.
    pub(crate) points: Vec<Point>,
    /// Read bandwidth of memory in bytes a second.
    pub(crate) bandwidth: f64,
    /// The fastest rate of weights from a cache, which no memory holds up.
    pub(crate) compute: Option<f64>,
}

/// Both axes are logarithmic.
pub(crate) fn roofline(roofline: &Roofline) -> Plot {
    single(|page| draw(roofline, page))
}

fn draw(roofline: &Roofline, page: Page) -> String {
    let Roofline { points, bandwidth, compute } = roofline;
    let size = (page.width(), 470);
    let (width, height) = (size.0 as i32, size.1 as i32);
    let (left, right, bottom) = (54, width - 14, height - 50);
    let roof = |bits: f64| bandwidth * 8.0 / bits;
    drawn(size, |canvas| {
        let mut classes: Vec<Class> = points.iter().map(|point| point.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let top = legend(canvas, &classes, 4, width) + 26;
        text(canvas, "weights/s, the higher the better", (6, top - 16), MUTED, HPos::Left, VPos::Center);
        let x = Axis::around(points.iter().map(|point| point.x), 0.06, left, right);
        let rates = points.iter().flat_map(|point| [point.y, roof(point.x)]).chain(*compute);
        let y = Axis::around(rates, 0.05, bottom, top);
        for tick in y.ticks(7) {
            row_line(canvas, y.at(tick), left, right, &number::tick(tick));
        }
        for tick in x.ticks(page.ticks()) {
            column_line(canvas, x.at(tick), top, bottom, &number::tick(tick));
        }
        text(canvas, "bits per weight", ((left + right) / 2, height - 12), MUTED, HPos::Center, VPos::Center);
        let (first, last) = points
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(first, last), point| (first.min(point.x), last.max(point.x)));
        let corner = |bits: f64| (x.at(bits), y.at(roof(bits)));
        line(canvas, corner(first), corner(last), ACCENT, 2);
        text(canvas, "memory", (corner(last).0 - 4, corner(last).1 - 12), ACCENT, HPos::Right, VPos::Center);
        if let Some(rate) = *compute {
            let height = y.at(rate);
            line(canvas, (left, height), (right, height), MUTED, 1);
            text(canvas, "from the cache, fastest format", (right - 2, height - 9), MUTED, HPos::Right, VPos::Center);
        }
        let spots: Vec<(i32, i32)> = points.iter().map(|point| (x.at(point.x), y.at(point.y))).collect();
        for (point, &spot) in points.iter().zip(&spots) {
            marker(canvas, point.class, spot, 5);
        }
        label_all(canvas, points, &spots, Bounds { left: left + 2, top, right: width - 2, bottom });
    })
}
