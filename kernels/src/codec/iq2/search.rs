//! The search for the scale and the points of a sub-block.

use super::levels::{Inverses, Tuples, tuple};
use super::nearest::Group;
use super::{LEVELS, Tuple, halves};
use crate::codec::near_points::{Near, NearPoints};

/// The inverse of the largest level, around which scales are tried.
pub(crate) const LARGEST: f32 = 5.0;

/// A sub-block of `G` groups in a search.
pub(crate) struct Search<'a, const G: usize> {
    points: &'a NearPoints,
    groups: [Group; G],
    terms: [[Terms; 8]; G],
}

/// What a weight adds to a fit for each of its levels; the fourth is never asked for.
#[derive(Clone, Copy, Default)]
struct Terms {
    qx: [f32; 4],
    q2: [f32; 4],
}

/// `sum w x q` and `sum w q^2`, added up weight by weight.
#[derive(Clone, Copy, Default)]
struct Sums {
    qx: f32,
    q2: f32,
}

/// The points of a group under each of `N` candidate scales, where they change.
struct Placed<const N: usize> {
    /// Bit n is set where the point, or whether the group is moved, may differ from what it was under scale n - 1.
    starts: u32,
    /// The points, where `starts` is set.
    points: [Tuple; N],
    /// Bit n is set where the group is moved to another point than its weights round to.
    moved: u32,
}

/// The levels of a sub-block and the scale that suits them best.
#[derive(Clone, Copy)]
pub(crate) struct Fit<const G: usize> {
    /// The scale.
    pub(crate) scale: f32,
    /// Points of the codebook.
    pub(crate) points: [Tuple; G],
    /// Groups that are not at the point their weights round to.
    pub(crate) moved: [bool; G],
}

/// The levels of each tuple of half a group.
static HALF_LEVELS: [[u8; 4]; 128] = {
    let mut levels = [[0; 4]; 128];
    let mut tuple = 0;
    while tuple < 81 {
        let (mut i, mut rest) = (0, tuple);
        while i < 4 {
            levels[tuple][i] = (rest % 3) as u8;
            rest /= 3;
            i += 1;
        }
        tuple += 1;
    }
    levels
};

impl Sums {
    #[inline(always)]
    fn plus(mut self, terms: &[Terms; 8], point: Tuple) -> Self {
        let (low, high) = halves(point);
        for (terms, level) in terms.iter().zip(HALF_LEVELS[low].iter().chain(&HALF_LEVELS[high])) {
            self.qx += terms.qx[usize::from(level & 3)];
            self.q2 += terms.q2[usize::from(level & 3)];
        }
        self
    }
}

impl<'a, const G: usize> Search<'a, G> {
    pub(crate) const fn new(points: &'a NearPoints) -> Self {
        const EMPTY: Terms = Terms { qx: [0.0; 4], q2: [0.0; 4] };
        Self { points, groups: [const { Group::new() }; G], terms: [[EMPTY; 8]; G] }
    }

    /// Starts on a sub-block: its magnitudes and their weights.
    #[inline]
    pub(crate) fn set(&mut self, values: &[[f32; 8]; G], weights: &[[f32; 8]; G]) {
        for g in 0..G {
            self.groups[g].set(&values[g], &weights[g].map(f32::sqrt));
            for ((terms, &x), &w) in self.terms[g].iter_mut().zip(&values[g]).zip(&weights[g]) {
                for (level, q) in LEVELS.into_iter().enumerate() {
                    terms.qx[level] = w * x * q;
                    terms.q2[level] = w * q * q;
                }
            }
        }
    }

    /// Tries inverse scales `(5 + i / 10) / largest` for `N` consecutive whole i around 0, and returns the best fit;
    /// `otherwise` where none explains anything.
    #[inline]
    pub(crate) fn best<const N: usize>(&mut self, largest: f32, otherwise: Fit<G>) -> Fit<G> {
        let inverses: [f32; N] = std::array::from_fn(|n| {
            let step = n as i32 - (N / 2) as i32;
            (LARGEST + step as f32 * 0.1) / largest
        });
        let scales = inverses.map(|inverse| 1.0 / inverse);
        let lanes = Inverses::new(&inverses);
        let placed: [Placed<N>; G] = std::array::from_fn(|g| self.place(g, &lanes, &scales));
        let mut fit = otherwise;
        let mut explained = 0.0;
        let mut sums = [Sums::default(); G];
        let (mut points, mut moved) = ([0; G], [false; G]);
        let mut starts = placed.iter().fold(0, |starts, placed| starts | placed.starts);
        // Where no group changes, neither would the fit.
        while starts != 0 {
            let n = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            let mut changed = false;
            for g in 0..G {
                if placed[g].starts >> n & 1 == 1 {
                    (points[g], moved[g]) = (placed[g].points[n], placed[g].moved >> n & 1 == 1);
                    changed = true;
                }
                if changed {
                    let before = if g == 0 { Sums::default() } else { sums[g - 1] };
                    sums[g] = before.plus(&self.terms[g], points[g]);
                }
            }
            let Sums { qx, q2 } = sums[G - 1];
            if q2 > 0.0 && qx * qx > explained * q2 {
                let scale = qx / q2;
                explained = scale * qx;
                fit = Fit { scale, points, moved };
            }
        }
        fit
    }

    /// The points of a group under each of the candidate scales.
    #[inline(always)]
    fn place<const N: usize>(&mut self, g: usize, inverses: &Inverses<N>, scales: &[f32; N]) -> Placed<N> {
        let Tuples { mut starts, tuples } = inverses.tuples(self.groups[g].values());
        let mut placed = Placed { starts, points: tuples, moved: 0 };
        while starts != 0 {
            let from = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            if let Near::Points(points) = self.points.near(tuples[from].into()) {
                let to = if starts == 0 { N } else { starts.trailing_zeros() as usize };
                self.groups[g].nearest(points, &scales[from..to], |n, point| {
                    placed.points[from + n] = point;
                    placed.starts |= 1 << (from + n);
                    placed.moved |= 1 << (from + n);
                });
            }
        }
        placed
    }

    /// Places the groups named in `again` once more under the fit's scale, and fits the scale to the result.
    #[inline]
    pub(crate) fn refine(&mut self, fit: &mut Fit<G>, again: [bool; G]) {
        let inverse = 1.0 / fit.scale;
        let mut sums = Sums::default();
        for g in 0..G {
            if again[g] {
                let tuple = tuple(self.groups[g].values(), inverse);
                fit.points[g] = match self.points.near(tuple.into()) {
                    Near::Index(_) => tuple,
                    Near::Points(points) => {
                        let mut nearest = tuple;
                        self.groups[g].nearest(points, &[fit.scale], |_, point| nearest = point);
                        nearest
                    }
                };
            }
            sums = sums.plus(&self.terms[g], fit.points[g]);
        }
        if sums.q2 > 0.0 {
            fit.scale = sums.qx / sums.q2;
        }
    }

    /// The codebook index of a fit's point.
    #[inline]
    pub(crate) fn index(&self, point: Tuple) -> u16 {
        self.points.index(point.into())
    }
}
