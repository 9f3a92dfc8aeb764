//! The division of a sub-block into three levels that fits best with one scale.
//!
//! With the weights in ascending order a division is two positions: weights before the first take the lowest level,
//! those from the second on the highest. For a division and a shift let `qx` be the sum of w q x and `q2` that of
//! w q q (w importance, x weight, q level); with the best scale, qx / q2, the error is smallest where qx * qx / q2, the
//! score, is largest. The reference tries all divisions in a fixed order and takes one where its score, as rounded,
//! exceeds the best before it. [`best`] arrives at the same division without evaluating most of them.

use super::{DOWN, UP};

/// Relative distance from the guessed score below which a division is not looked at.
///
/// The reference's comparisons are ambiguous within less than 2^-21 of a score (eight roundings). At most 1122
/// divisions are compared, so of the 2048 intervals of that width below the best score one at least holds no score. All
/// divisions above this gap are evaluated here, in the reference's order, and the first of them is taken both here and
/// there, whatever was taken before; from there on the two searches are the same.
const MARGIN: f32 = 1.0 / 1024.0;

/// Bound of the rounding errors of `qx * qx` and of score times `q2`, relative to the squared sum of w |x| and to the
/// score times the sum of w: both `qx` and `q2` are sums of few terms below four times those magnitudes.
const SLACK: f32 = 1.0 / 32768.0;

/// A division, its shift and its scale.
pub(crate) struct Split {
    /// Weights at the lowest level.
    pub(crate) first: usize,
    /// Weights at the lowest two levels.
    pub(crate) second: usize,
    /// Which combination of shifts.
    pub(crate) shift: usize,
    /// The scale; negative where the levels are to be taken in reverse.
    pub(crate) scale: f32,
}

/// Positions of `N` weights in `H` parts of equal length, each of which has its own shift; `P` is `N + 1` rounded up to
/// a multiple of 4.
pub(crate) struct Divisions<const N: usize, const H: usize, const P: usize> {
    /// The weights, ascending.
    sorted: [f32; N],
    /// Sums of w x before each position, by part.
    pub(crate) sums: [[f32; P]; H],
    /// Sums of w before each position, by part.
    pub(crate) totals: [[f32; P]; H],
    /// Sum of w |x|.
    size_x: f32,
    /// Whether no w is negative or NaN.
    weighted: bool,
}

impl<const N: usize, const H: usize, const P: usize> Divisions<N, H, P> {
    /// Adds up weights in the order of [`ascending`].
    #[inline(always)]
    pub(crate) fn new(values: &[f32; N], importance: &[f32; N], order: &[usize; N]) -> Self {
        let mut new =
            Self { sorted: [0.0; N], sums: [[0.0; P]; H], totals: [[0.0; P]; H], size_x: 0.0, weighted: true };
        let (mut sum, mut total) = ([0.0; H], [0.0; H]);
        for (position, &i) in order.iter().enumerate() {
            let (x, w) = (values[i], importance[i]);
            new.sorted[position] = x;
            for part in 0..H {
                // Adding zero changes no sum, and sums that are not indexed by data stay in registers.
                let here = i * H / N == part;
                sum[part] += if here { w * x } else { 0.0 };
                total[part] += if here { w } else { 0.0 };
                new.sums[part][position + 1] = sum[part];
                new.totals[part][position + 1] = total[part];
            }
        }
        let mut sizes = [0.0; 4];
        for (values, importance) in values.as_chunks::<4>().0.iter().zip(importance.as_chunks::<4>().0) {
            for lane in 0..4 {
                sizes[lane] += importance[lane] * values[lane].abs();
                new.weighted &= importance[lane] >= 0.0;
            }
        }
        new.size_x = sizes.iter().sum();
        new
    }

    /// The levels of each part in a combination of shifts: the first part's shift is the highest bit, set for down.
    #[inline(always)]
    pub(crate) const fn levels(shift: usize, part: usize) -> &'static [f32; 3] {
        if shift >> (H - 1 - part) & 1 == 0 { &UP } else { &DOWN }
    }
}

/// What decides, but for rounding, whether a division scores more than a bound, for one combination of shifts.
///
/// With S the sum of w x before a position, `qx` is an offset less S at either position. So with p the offset less S at
/// the first, and the bound times `q2` a sum of L at the first position and H at the second, the division scores more
/// where p p - L + (S S - H - 2 p S) is positive, S and H at the second.
#[derive(Clone, Copy)]
struct Plane<const P: usize> {
    offset: f32,
    /// L less the slack.
    low: [f32; P],
    /// S S - H.
    rest: [f32; P],
}

impl<const P: usize> Plane<P> {
    const EMPTY: Self = Self { offset: 0.0, low: [0.0; P], rest: [0.0; P] };

    #[inline(always)]
    fn fill<const N: usize, const H: usize>(
        &mut self,
        divisions: &Divisions<N, H, P>,
        sums: &[f32; P],
        shift: usize,
        bound: f32,
        slack: f32,
    ) {
        self.low = [-slack; P];
        for (rest, sum) in self.rest.iter_mut().zip(sums) {
            *rest = sum * sum;
        }
        for part in 0..H {
            let levels = Divisions::<N, H, P>::levels(shift, part);
            let [low, middle, high] = [levels[0] * levels[0], levels[1] * levels[1], levels[2] * levels[2]];
            self.offset += divisions.sums[part][N] * levels[2];
            let totals = &divisions.totals[part];
            let all = bound * high * totals[N];
            let (to_middle, to_high) = (bound * (low - middle), bound * (middle - high));
            for position in 0..P {
                self.low[position] += all + totals[position] * to_middle;
                self.rest[position] -= totals[position] * to_high;
            }
        }
    }

    /// The largest excess over the bound that a division has, by first position.
    #[inline(always)]
    fn excess<const N: usize>(&self, sums: &[f32; P], doubled: &[f32; P]) -> [f32; P] {
        let mut excess = [0.0; P];
        let positions = sums.as_chunks::<4>().0.iter().zip(self.low.as_chunks::<4>().0);
        for (chunk, ((sums, low), excess)) in positions.zip(excess.as_chunks_mut::<4>().0).enumerate() {
            let mut p = [0.0; 4];
            for lane in 0..4 {
                p[lane] = self.offset - sums[lane];
            }
            let mut top = [f32::NEG_INFINITY; 4];
            for (doubled, rest) in doubled[4 * chunk..=N].iter().zip(&self.rest[4 * chunk..=N]) {
                for lane in 0..4 {
                    let value = rest - p[lane] * doubled;
                    top[lane] = if top[lane] < value { value } else { top[lane] };
                }
            }
            for lane in 0..4 {
                excess[lane] = p[lane] * p[lane] - low[lane] + top[lane];
            }
        }
        excess
    }

    /// The excess of each division with this first position, by second position.
    #[inline(always)]
    fn excess_of_row(&self, sums: &[f32; P], first: usize) -> [f32; P] {
        let p = self.offset - sums[first];
        let mut excess = [0.0; P];
        for (excess, (sum, rest)) in excess.iter_mut().zip(sums.iter().zip(&self.rest)) {
            *excess = p * p - self.low[first] + (rest - p * (2.0 * sum));
        }
        excess
    }
}

/// The positions of values in ascending order, equal ones in the order they are in; no value is NaN.
#[inline(always)]
pub(crate) fn ascending<const N: usize>(values: &[f32; N]) -> [usize; N] {
    // The bits as integers in the same order; adding zero makes the two zeros equal.
    let mut keys = [0i32; N];
    for (key, value) in keys.iter_mut().zip(values) {
        let bits = (value + 0.0).to_bits() as i32;
        *key = bits ^ ((bits >> 31) & i32::MAX);
    }
    // How many values come before each: those before it in the array too where they are equal.
    let mut ranks = [0i32; N];
    for (chunk, (ranks, own)) in ranks.as_chunks_mut::<4>().0.iter_mut().zip(keys.as_chunks::<4>().0).enumerate() {
        for key in &keys[..4 * chunk] {
            for lane in 0..4 {
                ranks[lane] += i32::from(*key <= own[lane]);
            }
        }
        for (i, key) in own.iter().enumerate() {
            for lane in 0..4 {
                ranks[lane] += i32::from(*key < own[lane] + i32::from(i < lane));
            }
        }
        for key in &keys[4 * chunk + 4..] {
            for lane in 0..4 {
                ranks[lane] += i32::from(*key < own[lane]);
            }
        }
    }
    let mut order = [0; N];
    for (i, rank) in ranks.iter().enumerate() {
        order[*rank as usize % N] = i;
    }
    order
}

struct Best {
    score: f32,
    split: Option<Split>,
}

impl Best {
    #[inline(always)]
    fn consider(&mut self, first: usize, second: usize, shift: usize, (qx, q2): (f32, f32)) {
        if q2 > 0.0 && qx * qx > self.score * q2 {
            let scale = qx / q2;
            self.score = scale * qx;
            self.split = Some(Split { first, second, shift, scale });
        }
    }
}

/// The reference's division; `None` where no division has a positive `q2`.
///
/// `exact` gives `qx` and `q2` of a division and one of `K` combinations of shifts as the reference rounds them.
#[inline(always)]
pub(crate) fn best<const N: usize, const H: usize, const P: usize, const K: usize>(
    divisions: &Divisions<N, H, P>,
    exact: impl Fn(usize, usize, usize) -> (f32, f32),
) -> Option<Split> {
    let size_x = divisions.size_x;
    let size_w: f32 = divisions.totals.iter().map(|totals| totals[N]).sum();
    if divisions.weighted && size_w == 0.0 {
        return None;
    }
    let mut best = Best { score: f32::MIN, split: None };
    let guess = guess::<N, H, P, K>(divisions, size_x / size_w, &exact);
    // Where no product comes near the ends of the range of f32, rounding is relative and the margin holds.
    let in_range = divisions.weighted
        && (1e-25..1e25).contains(&guess)
        && (1e-20..1e20).contains(&size_w)
        && guess * size_w > 1e-30
        && size_x < 1e15;
    if !in_range {
        for first in 0..=N {
            for second in first..=N {
                for shift in 0..K {
                    best.consider(first, second, shift, exact(first, second, shift));
                }
            }
        }
        return best.split;
    }
    let slack = (size_x * size_x + guess * size_w) * SLACK;
    let mut sums = [0.0; P];
    for part in &divisions.sums {
        for (sum, part) in sums.iter_mut().zip(part) {
            *sum += part;
        }
    }
    let mut doubled = sums;
    doubled.iter_mut().for_each(|sum| *sum *= 2.0);
    let mut planes = [Plane::EMPTY; K];
    let mut excess = [[0.0; P]; K];
    for (shift, (plane, excess)) in planes.iter_mut().zip(&mut excess).enumerate() {
        plane.fill(divisions, &sums, shift, guess * (1.0 - MARGIN), slack);
        *excess = plane.excess::<N>(&sums, &doubled);
    }
    for first in 0..=N {
        if excess.iter().all(|excess| excess[first] <= 0.0) {
            continue;
        }
        let mut row = [[0.0; P]; K];
        for (row, (plane, excess)) in row.iter_mut().zip(planes.iter().zip(&excess)) {
            if excess[first] > 0.0 {
                *row = plane.excess_of_row(&sums, first);
            }
        }
        for second in first..=N {
            for (shift, row) in row.iter().enumerate() {
                if row[second] > 0.0 {
                    best.consider(first, second, shift, exact(first, second, shift));
                }
            }
        }
    }
    best.split
}

/// A score that some division has: the weights are divided by a scale and the scale fitted to the division, in turns.
/// `mean` is that of the magnitudes.
#[inline(always)]
fn guess<const N: usize, const H: usize, const P: usize, const K: usize>(
    divisions: &Divisions<N, H, P>,
    mean: f32,
    exact: &impl Fn(usize, usize, usize) -> (f32, f32),
) -> f32 {
    let below = |limit: f32| divisions.sorted.iter().map(|&value| i32::from(value < limit)).sum::<i32>() as usize;
    // The best scale of bell-shaped weights is a little above their mean magnitude.
    let mut scale = 1.3 * mean;
    let mut center = 0.0;
    let mut top = 0.0;
    for _ in 0..2 {
        let first = below(scale * (center - 0.5));
        let second = below(scale * (center + 0.5)).max(first);
        let before = top;
        for shift in 0..K {
            let (qx, q2) = exact(first, second, shift);
            let score = qx * qx / q2;
            if score > top {
                top = score;
                scale = (qx / q2).abs();
                let levels = [0, H - 1].map(|part| Divisions::<N, H, P>::levels(shift, part));
                center = (levels[0][1] + levels[1][1]) / 2.0;
            }
        }
        if top == before {
            break;
        }
    }
    top
}
