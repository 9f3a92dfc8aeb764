//! Moving groups of 8 ternary weights to points of the codebook.

use std::sync::LazyLock;

use crate::codec::iq_grids::iq1_s::GRID;
use crate::codec::near_points::{Near, NearPoints};

/// Numbers of lattice points of half a group; some belong to no point.
const HALF: usize = NearPoints::stride(3, 8);

/// No list is longer.
const LONGEST: usize = 208;

/// Errors that are compared together.
const LANES: usize = 8;

/// Relative excess over the smallest approximate error up to which errors are computed as the reference does. Either
/// sum of eight terms, none negative, is off by at most eight roundings.
const MARGIN: f32 = 1.0 / 262_144.0;

static POINTS: LazyLock<NearPoints> = LazyLock::new(|| {
    let codebook: Vec<u16> =
        GRID.points.iter().map(|point| lattice_point(&point.map(|level| (level + 1) as u8))).collect();
    NearPoints::new(3, 8, &codebook, 3)
});

/// The lattice point with these levels, 0 to 2.
fn lattice_point(levels: &[u8; 8]) -> u16 {
    let half = |levels: &[u8]| levels.iter().rev().fold(0, |point, &level| 3 * point + u16::from(level));
    half(&levels[..4]) + HALF as u16 * half(&levels[4..])
}

/// A group's place in the codebook.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) index: u16,
    /// Whether the levels had to change.
    pub(crate) moved: bool,
}

/// The codebook point for a group of 8: the one with the same `levels`, or of the points near it the one with the
/// smallest squared error, the first of equals.
///
/// `levels` are 0 to 2 and stand for `values` of the levels times `scale`.
#[inline]
pub(crate) fn place(weights: &[f32], importance: &[f32], levels: &[u8], scale: f32, values: &[f32; 3]) -> Place {
    let group = |all: &[f32]| -> [f32; 8] { all.try_into().expect("a group is 8 weights") };
    let levels: &[u8; 8] = levels.try_into().expect("a group is 8 weights");
    let points = &*POINTS;
    match points.near(lattice_point(levels).into()) {
        Near::Index(index) => Place { index, moved: false },
        Near::Points(near) => {
            let index = nearest(points, near, &group(weights), &group(importance), scale, values);
            Place { index, moved: true }
        }
    }
}

fn nearest(
    points: &NearPoints,
    near: &[u16],
    weights: &[f32; 8],
    importance: &[f32; 8],
    scale: f32,
    values: &[f32; 3],
) -> u16 {
    // The error of each weight at each level, as the reference rounds it.
    let errors: [[f32; 8]; 3] = values.map(|value| {
        let center = scale * value;
        std::array::from_fn(|i| {
            let difference = center - weights[i];
            importance[i] * difference * difference
        })
    });
    let exact = |index: u16| {
        let levels = GRID.points[usize::from(index)].iter().enumerate();
        levels.fold(0.0, |sum, (i, &level)| sum + errors[(level + 1) as usize][i])
    };
    let low = half_errors(&errors, 0);
    let high = half_errors(&errors, 4);
    // The last chunk is filled up with the first point, which cannot be found a second time.
    let (chunks, rest) = near.as_chunks::<LANES>();
    let mut tail = [near[0]; LANES];
    tail[..rest.len()].copy_from_slice(rest);
    let chunks = || chunks.iter().chain(std::iter::once(&tail));
    let mut approximate = [[0.0; LANES]; LONGEST / LANES + 1];
    let mut least = [f32::INFINITY; LANES];
    for (approximate, chunk) in approximate.iter_mut().zip(chunks()) {
        for lane in 0..LANES {
            let point = usize::from(chunk[lane]);
            approximate[lane] = low[point % HALF] + high[point / HALF % HALF];
        }
        for lane in 0..LANES {
            least[lane] = if approximate[lane] < least[lane] { approximate[lane] } else { least[lane] };
        }
    }
    let least = least.iter().fold(f32::INFINITY, |least, &error| if error < least { error } else { least });
    // Where an importance is negative or a number is not finite nothing bounds the rounding: all points are exact.
    let limit = if importance.iter().all(|w| *w >= 0.0) { least * (1.0 + MARGIN) } else { f32::INFINITY };
    let limit = if limit > f32::MIN_POSITIVE { limit } else { f32::INFINITY };
    let mut best = f32::MAX;
    let mut nearest = points.index(near[0].into());
    for (approximate, chunk) in approximate.iter().zip(chunks()) {
        if !approximate.iter().fold(false, |any, error| any | (*error <= limit)) {
            continue;
        }
        for (&approximate, &point) in approximate.iter().zip(chunk) {
            if approximate <= limit {
                let index = points.index(point.into());
                let error = exact(index);
                if error < best {
                    best = error;
                    nearest = index;
                }
            }
        }
    }
    nearest
}

/// The errors of all points of the half of a group that starts at weight `start`.
fn half_errors(errors: &[[f32; 8]; 3], start: usize) -> [f32; HALF] {
    let mut sums = [0.0; HALF];
    let mut len = 1;
    for i in start..start + 4 {
        for level in (0..3).rev() {
            for at in 0..len {
                sums[level * len + at] = sums[at] + errors[level][i];
            }
        }
        len *= 3;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_is_longer_than_the_longest() {
        let longest = (0..HALF * HALF).filter(|point| point % HALF < 81 && point / HALF < 81).map(|point| match POINTS
            .near(point)
        {
            Near::Index(_) => 0,
            Near::Points(near) => near.len(),
        });
        assert!(longest.max() <= Some(LONGEST));
    }
}
