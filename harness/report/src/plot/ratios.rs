//! Ratios to another implementation with their intervals, a row a timing.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use quantmark_record::formats::Class;
use quantmark_record::number;
use quantmark_record::schema::Interval;

use super::canvas::{Axis, CHARACTER, column_line, drawn, legend, line, marker, put, text};
use super::palette::{self, INK, MUTED};
use super::{Page, Plot, single};

/// A row of the plot.
#[derive(Clone, Debug)]
pub(crate) struct Ratio {
    pub(crate) label: String,
    pub(crate) class: Class,
    pub(crate) ratio: Interval,
}

/// Ratios above 1 lie on the right: ours is faster.
pub(crate) fn ratios(rows: &[Ratio]) -> Plot {
    single(|page| draw(rows, page))
}

fn draw(rows: &[Ratio], page: Page) -> String {
    const ROW: i32 = 20;
    let width = page.width() as i32;
    let longest = rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0).min(24);
    let left = longest as i32 * CHARACTER + 14;
    let right = width - 58;
    let mut classes: Vec<Class> = rows.iter().map(|row| row.class).collect();
    classes.sort_unstable();
    classes.dedup();
    // The legend's height depends on the width alone, so a first drawing tells it.
    let mut head = 0;
    drawn((width as u32, 10), |canvas| head = legend(canvas, &classes, 4, width));
    let top = head + 28;
    let bottom = top + rows.len() as i32 * ROW;
    drawn((width as u32, (bottom + 30) as u32), |canvas| {
        legend(canvas, &classes, 4, width);
        let ends = rows.iter().flat_map(|row| [row.ratio.low, row.ratio.high, row.ratio.median]);
        let positive = ends.filter(|value| *value > 0.0 && value.is_finite());
        let x = Axis::around(positive.chain([0.9, 1.1]), 0.04, left, right);
        for tick in x.ticks(page.ticks() - 1) {
            column_line(canvas, x.at(tick), top, bottom, &number::tick(tick));
        }
        let one = x.at(1.0);
        line(canvas, (one, top - 4), (one, bottom), INK, 1);
        text(canvas, "← slower", (one - 8, top - 14), MUTED, HPos::Right, VPos::Center);
        text(canvas, "faster →", (one + 8, top - 14), MUTED, HPos::Left, VPos::Center);
        for (index, row) in rows.iter().enumerate() {
            let y = top + ROW / 2 + index as i32 * ROW;
            let label: String = row.label.chars().take(24).collect();
            text(canvas, &label, (left - 8, y), INK, HPos::Right, VPos::Center);
            let color = palette::of(row.class);
            let (low, high) = (x.at(row.ratio.low), x.at(row.ratio.high));
            put(canvas, PathElement::new(vec![(low, y), (high, y)], color.stroke_width(2)));
            marker(canvas, row.class, (x.at(row.ratio.median), y), 4);
            text(canvas, &number::ratio(row.ratio.median), (width - 4, y), INK, HPos::Right, VPos::Center);
        }
    })
}
