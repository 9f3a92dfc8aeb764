//! Two numbers of each of several things, a marker each, and which of them nothing else surpasses in both.

use plotters::style::text_anchor::{HPos, VPos};
use quantmark_record::formats::Class;
use quantmark_record::number;

use super::canvas::{Axis, CHARACTER, Canvas, TEXT, column_line, drawn, legend, line, marker, row_line, text};
use super::palette::{INK, MUTED};
use super::{Page, Plot, both, single};

/// A thing in the plot: above zero in both numbers.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) label: String,
    pub(crate) class: Class,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// What the axes are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axes<'a> {
    pub(crate) x: &'a str,
    pub(crate) y: &'a str,
    /// Whether to draw the line of those that no other surpasses: none has less of both.
    pub(crate) front: bool,
}

/// Both axes are logarithmic. Drawn for the whole width of a page.
pub(crate) fn scatter(points: &[Point], axes: Axes<'_>) -> Plot {
    both(|page| draw(points, axes, page))
}

/// The same for a column of a page.
pub(crate) fn small_scatter(points: &[Point], axes: Axes<'_>) -> Plot {
    single(|page| draw(points, axes, page))
}

/// The points that no other surpasses: of those with as little x or less none has less y. In the order of x.
pub(crate) fn front(points: &[Point]) -> Vec<&Point> {
    let mut sorted: Vec<&Point> = points.iter().collect();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut least = f64::INFINITY;
    sorted.retain(|point| {
        let surpassed = point.y >= least;
        least = least.min(point.y);
        !surpassed
    });
    sorted
}

fn draw(points: &[Point], axes: Axes<'_>, page: Page) -> String {
    let size = (page.width(), if page == Page::Wide { 520 } else { 500 });
    let (width, height) = (size.0 as i32, size.1 as i32);
    let (left, right, bottom) = (if page == Page::Wide { 66 } else { 48 }, width - 16, height - 50);
    drawn(size, |canvas| {
        let mut classes: Vec<Class> = points.iter().map(|point| point.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let top = legend(canvas, &classes, 4, width) + 26;
        text(canvas, axes.y, (6, top - 16), MUTED, HPos::Left, VPos::Center);
        let x = Axis::around(points.iter().map(|point| point.x), 0.06, left, right);
        let y = Axis::around(points.iter().map(|point| point.y), 0.08, bottom, top);
        for tick in y.ticks(8) {
            row_line(canvas, y.at(tick), left, right, &number::tick(tick));
        }
        for tick in x.ticks(page.ticks()) {
            column_line(canvas, x.at(tick), top, bottom, &number::tick(tick));
        }
        text(canvas, axes.x, ((left + right) / 2, height - 12), MUTED, HPos::Center, VPos::Center);
        let spots: Vec<(i32, i32)> = points.iter().map(|point| (x.at(point.x), y.at(point.y))).collect();
        if axes.front {
            let corners: Vec<(i32, i32)> = front(points).iter().map(|point| (x.at(point.x), y.at(point.y))).collect();
            corners.windows(2).for_each(|pair| line(canvas, pair[0], pair[1], MUTED, 1));
        }
        for (point, &spot) in points.iter().zip(&spots) {
            marker(canvas, point.class, spot, 6);
        }
        label_all(canvas, points, &spots, Bounds { left: left + 2, top, right: width - 2, bottom });
    })
}

/// A rectangle of a plot, in its pixels.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Bounds {
    fn overlap(&self, other: &Self) -> i32 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0) * height.max(0)
    }
}

/// Labels each marker where the label hides least: beside it first, farther away with a leader where it is crowded.
pub(super) fn label_all(canvas: &Canvas<'_>, points: &[Point], spots: &[(i32, i32)], page: Bounds) {
    let around = |&(x, y): &(i32, i32)| Bounds { left: x - 7, top: y - 7, right: x + 7, bottom: y + 7 };
    let mut taken: Vec<Bounds> = spots.iter().map(around).collect();
    for (point, &(x, y)) in points.iter().zip(spots) {
        let half = (point.label.chars().count() as i32 * CHARACTER) / 2 + 1;
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
        text(canvas, &point.label, (best.0, best.1), INK, HPos::Center, VPos::Center);
        taken.push(label(best));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_what_nothing_surpasses() {
        let point = |label: &str, x: f64, y: f64| Point { label: label.to_owned(), class: Class::Low, x, y };
        let points = [
            point("a", 4.0, 5.0),
            point("b", 2.0, 9.0),
            point("c", 4.5, 5.0),
            point("d", 3.0, 9.5),
            point("e", 8.0, 4.0),
        ];
        let labels: Vec<&str> = front(&points).iter().map(|point| point.label.as_str()).collect();
        assert_eq!(labels, ["b", "a", "e"]);
    }
}
