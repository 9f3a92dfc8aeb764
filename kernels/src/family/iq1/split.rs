//! The division of a sub-block into three levels that fits best with one scale.
//!
//! With the weights in ascending order a division is two positions: weights before the first take the lowest level,
//! those from the second on the highest. For a division and a shift let `qx` be the sum of w q x and `q2` that of
//! w q q (w importance, x weight, q level); with the best scale, qx / q2, the error is smallest where qx * qx / q2, the
//! score, is largest. The reference tries all divisions in a fixed order and takes one where its score, as rounded,
//! exceeds the best before it. [`best`] arrives at the same division without evaluating most of them.

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

/// One combination of shifts: what `qx` and `q2` are, but for rounding, at every division.
#[derive(Clone, Copy)]
pub(crate) struct Plane<const P: usize> {
    /// `qx` is this less the sums of w x before either position.
    pub(crate) offset: f32,
    /// `q2` is the sum of an element of this, at the first position,
    pub(crate) low: [f32; P],
    /// and one of this, at the second.
    pub(crate) high: [f32; P],
    /// Mean shift of the levels.
    pub(crate) shift: f32,
}

/// All divisions of `N` weights for `K` combinations of shifts; `P` is `N + 1` rounded up to a multiple of 4.
pub(crate) struct Divisions<'a, const N: usize, const K: usize, const P: usize> {
    /// The weights, ascending.
    pub(crate) sorted: &'a [f32; N],
    /// Sum of w x before each position.
    pub(crate) sums: [f32; P],
    pub(crate) planes: [Plane<P>; K],
    /// Sum of w |x|.
    pub(crate) size_x: f32,
    /// Sum of w.
    pub(crate) size_w: f32,
    /// Whether no w is negative or NaN.
    pub(crate) weighted: bool,
}

/// The positions of values in ascending order, equal ones in the order they are in.
#[inline]
pub(crate) fn ascending<const N: usize>(values: &[f32; N]) -> [usize; N] {
    let mut keys = [0u64; N];
    for (i, (key, value)) in keys.iter_mut().zip(values).enumerate() {
        // Adding zero makes the two zeros equal.
        let bits = (value + 0.0).to_bits();
        let ordered = bits ^ if bits >> 31 == 0 { 1 << 31 } else { u32::MAX };
        *key = u64::from(ordered) << 32 | i as u64;
    }
    keys.sort_unstable();
    keys.map(|key| (key & 0xffff_ffff) as usize % N)
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
/// `exact` gives `qx` and `q2` of a division and a combination of shifts as the reference rounds them.
#[inline]
pub(crate) fn best<const N: usize, const K: usize, const P: usize>(
    divisions: &Divisions<'_, N, K, P>,
    exact: impl Fn(usize, usize, usize) -> (f32, f32),
) -> Option<Split> {
    let Divisions { size_x, size_w, weighted, .. } = *divisions;
    let mut best = Best { score: f32::MIN, split: None };
    if weighted && size_w == 0.0 {
        return None;
    }
    let guess = guess(divisions, &exact);
    // Where no product comes near the ends of the range of f32, rounding is relative and the margin holds.
    let in_range = weighted
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
    let floor = guess * (1.0 - MARGIN);
    let slack = (size_x * size_x + guess * size_w) * SLACK;
    let high = divisions.planes.each_ref().map(|plane| plane.high.map(|high| floor * high));
    for first in 0..=N {
        let sum = divisions.sums[first];
        let row = divisions.planes.each_ref().map(|plane| (plane.offset - sum, floor * plane.low[first] - slack));
        let mut found = false;
        for ((offset, bar), high) in row.iter().zip(&high) {
            let sums = &divisions.sums.as_chunks::<4>().0[first / 4..];
            let high = &high.as_chunks::<4>().0[first / 4..];
            let mut top = [f32::NEG_INFINITY; 4];
            for (sums, high) in sums.iter().zip(high) {
                for lane in 0..4 {
                    let qx = offset - sums[lane];
                    let excess = qx * qx - high[lane];
                    top[lane] = if top[lane] < excess { excess } else { top[lane] };
                }
            }
            found |= top.iter().any(|top| top > bar);
        }
        if !found {
            continue;
        }
        for second in first..=N {
            for shift in 0..K {
                let (offset, bar) = row[shift];
                let qx = offset - divisions.sums[second];
                if qx * qx - high[shift][second] > bar {
                    best.consider(first, second, shift, exact(first, second, shift));
                }
            }
        }
    }
    best.split
}

/// A score that some division has: the levels are divided by a scale and the scale fitted to the division, in turns.
#[inline]
fn guess<const N: usize, const K: usize, const P: usize>(
    divisions: &Divisions<'_, N, K, P>,
    exact: &impl Fn(usize, usize, usize) -> (f32, f32),
) -> f32 {
    let below = |limit: f32| divisions.sorted.iter().map(|&value| usize::from(value < limit)).sum::<usize>();
    // The best scale of bell-shaped weights is a little above their mean magnitude.
    let mut scale = 1.3 * divisions.size_x / divisions.size_w;
    let mut center = 0.0;
    let mut top = 0.0;
    for _ in 0..3 {
        let first = below(scale * (center - 0.5));
        let second = below(scale * (center + 0.5)).max(first);
        let before = top;
        for shift in 0..K {
            let (qx, q2) = exact(first, second, shift);
            let score = qx * qx / q2;
            if score > top {
                top = score;
                scale = (qx / q2).abs();
                center = divisions.planes[shift].shift;
            }
        }
        if top == before {
            break;
        }
    }
    top
}
