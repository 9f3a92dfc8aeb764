//! A series of runs: one value a run, in their order.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use quantmark_record::number;

use super::canvas::{Axis, drawn, line, put, row_line, text};
use super::palette::{ACCENT, MUTED};
use super::{Page, Plot, single};

/// A series: labels are dates, values are above zero.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) points: Vec<(String, f64)>,
    /// The unit of the values.
    pub(crate) unit: String,
}

/// Time runs to the right, a run a step.
pub(crate) fn history(series: &Line) -> Plot {
    single(|page| draw(series, page))
}

fn draw(series: &Line, page: Page) -> String {
    let size = (page.width(), 190);
    let (width, height) = (size.0 as i32, size.1 as i32);
    let (left, right, top, bottom) = (54, width - 14, 30, height - 28);
    let points: Vec<&(String, f64)> = series.points.iter().filter(|(_, value)| *value > 0.0).collect();
    drawn(size, |canvas| {
        text(canvas, &series.unit, (6, 10), MUTED, HPos::Left, VPos::Center);
        let y = Axis::around(points.iter().map(|(_, value)| *value), 0.15, bottom, top);
        for tick in y.ticks(5) {
            row_line(canvas, y.at(tick), left, right, &number::tick(tick));
        }
        let step = |index: usize| match points.len() {
            1 => (left + right) / 2,
            several => left + 6 + ((right - left - 12) as usize * index / (several - 1)) as i32,
        };
        let spots: Vec<(i32, i32)> =
            points.iter().enumerate().map(|(index, (_, value))| (step(index), y.at(*value))).collect();
        spots.windows(2).for_each(|pair| line(canvas, pair[0], pair[1], ACCENT, 2));
        spots.iter().for_each(|&spot| put(canvas, Circle::new(spot, 3, ACCENT.filled())));
        if let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) {
            text(canvas, &day(first), (left, bottom + 16), MUTED, HPos::Left, VPos::Center);
            if points.len() > 1 {
                text(canvas, &day(last), (right, bottom + 16), MUTED, HPos::Right, VPos::Center);
            }
        }
    })
}

/// The date of a time in RFC 3339.
fn day(time: &str) -> String {
    time.chars().take(10).collect()
}
