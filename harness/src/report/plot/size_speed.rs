//! Bits per weight against speed, a marker a format.

use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::{Axis, CHARACTER, Canvas, TEXT, column_line, drawn, legend, line, marker, row_line, text};
use super::palette::{INK, MUTED};
use super::{Page, Plot, both};
use crate::report::formats::Class;
use crate::report::number;

/// A format in the plot.
#[derive(Clone, Debug)]
pub(in crate::report) struct Point {
    pub(in crate::report) format: String,
    pub(in crate::report) class: Class,
    pub(in crate::report) bits_per_weight: f64,
    pub(in crate::report) rate: f64,
}

/// Both axes are logarithmic. `unit` is that of the rates.
pub(in crate::report) fn size_speed(points: &[Point], unit: &str) -> Plot {
    both(|page| draw(points, unit, page))
}

fn draw(points: &[Point], unit: &str, page: Page) -> String {
    let size = (page.width(), if page == Page::Wide { 520 } else { 540 });
    let (width, height) = (size.0 as i32, size.1 as i32);
    let (left, right, bottom) = (if page == Page::Wide { 66 } else { 48 }, width - 16, height - 50);
    drawn(size, |canvas| {
        let mut classes: Vec<Class> = points.iter().map(|point| point.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let top = legend(canvas, &classes, 4, width) + 26;
        text(canvas, &format!("{unit}, the higher the better"), (6, top - 16), MUTED, HPos::Left, VPos::Center);
        let x = Axis::around(points.iter().map(|point| point.bits_per_weight), 0.06, left, right);
        let y = Axis::around(points.iter().map(|point| point.rate), 0.08, bottom, top);
        for tick in y.ticks(8) {
            row_line(canvas, y.at(tick), left, right, &number::tick(tick));
        }
        for tick in x.ticks(if page == Page::Wide { 12 } else { 7 }) {
            column_line(canvas, x.at(tick), top, bottom, &number::tick(tick));
        }
        text(canvas, "bits per weight", ((left + right) / 2, height - 12), MUTED, HPos::Center, VPos::Center);
        let spots: Vec<(i32, i32)> =
            points.iter().map(|point| (x.at(point.bits_per_weight), y.at(point.rate))).collect();
        for (point, &spot) in points.iter().zip(&spots) {
            marker(canvas, point.class, spot, 6);
        }
        label_all(canvas, points, &spots, Bounds { left: left + 2, top, right: width - 2, bottom });
    })
}

#[derive(Clone, Copy)]
struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Bounds {
    fn overlap(&self, other: &Self) -> i32 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0) * height.max(0)
    }
}

/// Labels each marker where the label hides least: beside it first, farther away with a leader where it is crowded.
fn label_all(canvas: &Canvas<'_>, points: &[Point], spots: &[(i32, i32)], page: Bounds) {
    let around = |&(x, y): &(i32, i32)| Bounds { left: x - 7, top: y - 7, right: x + 7, bottom: y + 7 };
    let mut taken: Vec<Bounds> = spots.iter().map(around).collect();
    for (point, &(x, y)) in points.iter().zip(spots) {
        let half = (point.format.chars().count() as i32 * CHARACTER) / 2 + 1;
        let places = [10, 18, 28, 40, 54, 70].into_iter().flat_map(|reach| {
            let beside = reach + half;
            [
                (beside, 0),
                (0, -reach - 4),
                (-beside, 0),
                (0, reach + 4),
                (beside, -reach),
                (-beside, -reach),
                (beside, reach),
                (-beside, reach),
            ]
            .map(|(dx, dy)| (x + dx, y + dy, reach))
        });
        let label = |(x, y, _): (i32, i32, i32)| Bounds {
            left: x - half,
            top: y - TEXT / 2 - 1,
            right: x + half,
            bottom: y + TEXT / 2 + 1,
        };
        let cost = |place: (i32, i32, i32)| {
            let label = label(place);
            let outside = 2 * half * TEXT - label.overlap(&page).min(2 * half * TEXT);
            taken.iter().map(|other| label.overlap(other)).sum::<i32>() + outside * 4 + place.2 / 2
        };
        let Some(best) = places.min_by_key(|&place| cost(place)) else { continue };
        if best.2 > 18 {
            let toward = |from: i32, to: i32, room: i32| to + (from - to).clamp(-room, room);
            line(canvas, (x, y), (toward(x, best.0, half), toward(y, best.1, TEXT / 2)), MUTED, 1);
        }
        text(canvas, &point.format, (best.0, best.1), INK, HPos::Center, VPos::Center);
        taken.push(label(best));
    }
}
