//! The point nearest to a group, by weighted squared distance under a scale.
//!
//! The reference evaluates the distance to every point around. Here only points are evaluated that can be the nearest:
//! for a scale s the distance to a point q is `s (s A - B) + C` with `A = sum w q^2`, `B = 2 sum w x q` and a C that all
//! points share. A and B are sums of two table entries, and `s A - B` is linear in s, so the point that is nearest under
//! two scales is nearest under all scales between. Whatever is closer to the least than rounding can decide
//! is evaluated as the reference does it.

use super::{LEVELS, Tuple, halves};

/// The most points around a tuple in any codebook, rounded up to whole chunks.
const CAPACITY: usize = 304;

/// Points are compared in chunks of this many.
const CHUNK: usize = 8;

/// Numbers of half a tuple, of which 81 are in use.
const HALF: usize = 128;

/// How far apart the values of `s A - B` must be for the order of the reference's distances to be certain, relative to
/// `25 s sum w + sum w x^2 / s`.
///
/// In units of 2^-24 and of `S = 25 s^2 sum w + sum w x^2`, each of the two distances that the reference compares is off
/// by at most 25, and each of the two that are compared here by 21; at scales between two that differ by a factor of
/// 1.44 the former count 1.44 times: 114 in all.
const UNCERTAINTY: f32 = 128.0 / 16_777_216.0;

/// Sums over half a group for each tuple of its levels.
struct HalfSums {
    /// `sum w q^2`
    a: [f32; HALF],
    /// `2 sum w x q`
    b: [f32; HALF],
}

impl HalfSums {
    const fn zero() -> Self {
        Self { a: [0.0; HALF], b: [0.0; HALF] }
    }

    fn fill(&mut self, values: &[f32], weights: &[f32]) {
        let mut known = 1;
        (self.a[0], self.b[0]) = (0.0, 0.0);
        for (&x, &w) in values.iter().zip(weights) {
            expand(&mut self.a, known, LEVELS.map(|q| w * (q * q)));
            expand(&mut self.b, known, LEVELS.map(|q| 2.0 * q * (w * x)));
            known *= LEVELS.len();
        }
    }
}

/// From `known` sums makes those with another weight's term, for each of its levels.
#[inline(always)]
fn expand(sums: &mut [f32; HALF], known: usize, [first, second, third]: [f32; 3]) {
    let (sums, more) = sums.split_at_mut(known);
    let (seconds, thirds) = more.split_at_mut(known);
    for ((sum, in_second), in_third) in sums.iter_mut().zip(seconds).zip(thirds) {
        *in_second = *sum + second;
        *in_third = *sum + third;
        *sum += first;
    }
}

/// A group of 8 weights whose nearest points are asked for.
pub(super) struct Group {
    values: [f32; 8],
    weights: [f32; 8],
    /// Whether the fields below hold what belongs to the values and weights.
    prepared: bool,
    sums: [HalfSums; 2],
    total: f32,
    energy: f32,
    largest: f32,
    around: Around,
}

/// A and B of the points around a tuple; beyond them, up to a whole chunk, of points that are never nearest.
struct Around {
    a: [f32; CAPACITY],
    b: [f32; CAPACITY],
}

/// The position of the nearest point, and whether it is so by more than rounding.
#[derive(Clone, Copy)]
struct Nearest {
    position: usize,
    certain: bool,
}

impl Group {
    pub(super) const fn new() -> Self {
        Self {
            values: [0.0; 8],
            weights: [0.0; 8],
            prepared: false,
            sums: [HalfSums::zero(), HalfSums::zero()],
            total: 0.0,
            energy: 0.0,
            largest: 0.0,
            around: Around { a: [0.0; CAPACITY], b: [0.0; CAPACITY] },
        }
    }

    /// Replaces the group by another.
    #[inline]
    pub(super) fn set(&mut self, values: &[f32; 8], weights: &[f32; 8]) {
        (self.values, self.weights, self.prepared) = (*values, *weights, false);
    }

    pub(super) const fn values(&self) -> &[f32; 8] {
        &self.values
    }

    fn prepare(&mut self) {
        if self.prepared {
            return;
        }
        self.prepared = true;
        let ((values, more_values), (weights, more_weights)) = (self.values.split_at(4), self.weights.split_at(4));
        self.sums[0].fill(values, weights);
        self.sums[1].fill(more_values, more_weights);
        (self.total, self.energy, self.largest) = (0.0, 0.0, 0.0);
        for (x, w) in self.values.iter().zip(&self.weights) {
            self.total += w;
            self.energy += w * x * x;
            self.largest = self.largest.max(x.abs());
        }
    }

    /// The nearest of `points` under each of `scales`, which descend by a factor of at most 1.44; `place` is given those
    /// that may differ from the one before, with their positions in `scales`.
    #[inline]
    pub(super) fn nearest(&mut self, points: &[Tuple], scales: &[f32], mut place: impl FnMut(usize, Tuple)) {
        if let [point] = points {
            return place(0, *point);
        }
        self.prepare();
        let last = scales.len() - 1;
        if !(self.bounded(scales[0]) && self.bounded(scales[last])) {
            for (n, &scale) in scales.iter().enumerate() {
                place(n, points[self.exact(points, 0..points.len(), scale)]);
            }
            return;
        }
        self.gather(points);
        let first = self.at(points, scales[0]);
        place(0, points[first.position]);
        if last > 0 {
            let high = self.at(points, scales[last]);
            self.between(points, scales, (0, first), (last, high), &mut place);
        }
    }

    /// Places all but the first.
    fn between(
        &self,
        points: &[Tuple],
        scales: &[f32],
        low: (usize, Nearest),
        high: (usize, Nearest),
        place: &mut impl FnMut(usize, Tuple),
    ) {
        if low.1.certain && high.1.certain && low.1.position == high.1.position {
            return;
        }
        if low.0 + 1 == high.0 {
            return place(high.0, points[high.1.position]);
        }
        let middle = (low.0 + high.0) / 2;
        let found = self.at(points, scales[middle]);
        self.between(points, scales, low, (middle, found), place);
        self.between(points, scales, (middle, found), high, place);
    }

    /// Whether the bound on rounding holds under a scale: nothing overflows, and what underflows is too small to count.
    fn bounded(&self, scale: f32) -> bool {
        let difference = 5.0 * scale + self.largest;
        let magnitude = 25.0 * scale * scale * self.total + self.energy;
        self.total < 2f32.powi(60) && difference < 2f32.powi(30) && magnitude > 2f32.powi(-110) * (1.0 + difference)
    }

    fn gather(&mut self, points: &[Tuple]) {
        let [first, second] = &self.sums;
        for ((a, b), &point) in self.around.a.iter_mut().zip(&mut self.around.b).zip(points) {
            let (low, high) = halves(point);
            *a = first.a[low] + second.a[high];
            *b = first.b[low] + second.b[high];
        }
        let end = points.len().next_multiple_of(CHUNK);
        self.around.a[points.len()..end].fill(f32::INFINITY);
        self.around.b[points.len()..end].fill(0.0);
    }

    /// The nearest of the gathered points under a scale.
    #[inline]
    fn at(&self, points: &[Tuple], scale: f32) -> Nearest {
        let end = points.len().next_multiple_of(CHUNK);
        let (a, b) = (&self.around.a[..end], &self.around.b[..end]);
        let limit = least(a, b, scale) + UNCERTAINTY * (25.0 * scale * self.total + self.energy / scale);
        if let Some(position) = only(a, b, scale, limit) {
            return Nearest { position, certain: true };
        }
        let near = |position: &usize| scale * self.around.a[*position] - self.around.b[*position] <= limit;
        let candidates = (0..points.len()).filter(near);
        Nearest { position: self.exact(points, candidates, scale), certain: false }
    }

    /// The first of the nearest points, distances rounded as the reference rounds them; the first point of all where
    /// no distance is a finite number.
    #[cold]
    fn exact(&self, points: &[Tuple], positions: impl Iterator<Item = usize>, scale: f32) -> usize {
        let mut terms = [[0.0; 3]; 8];
        for ((terms, x), w) in terms.iter_mut().zip(&self.values).zip(&self.weights) {
            for (term, q) in terms.iter_mut().zip(LEVELS) {
                let difference = scale * q - x;
                *term = w * difference * difference;
            }
        }
        let (mut least, mut nearest) = (f32::MAX, 0);
        for position in positions {
            let (mut low, mut high) = halves(points[position]);
            let mut distance = 0.0;
            for terms in &terms[..4] {
                distance += terms[low % 3];
                low /= 3;
            }
            for terms in &terms[4..] {
                distance += terms[high % 3];
                high /= 3;
            }
            if distance < least {
                (least, nearest) = (distance, position);
            }
        }
        nearest
    }
}

/// The least `s A - B`.
#[inline(always)]
fn least(a: &[f32], b: &[f32], scale: f32) -> f32 {
    let lesser = |a: f32, b: f32| if a < b { a } else { b };
    let mut least = [f32::INFINITY; CHUNK];
    for (a, b) in a.as_chunks::<CHUNK>().0.iter().zip(b.as_chunks::<CHUNK>().0) {
        for j in 0..CHUNK {
            least[j] = lesser(scale * a[j] - b[j], least[j]);
        }
    }
    let [a, b, c, d, e, f, g, h] = least;
    lesser(lesser(lesser(a, e), lesser(b, f)), lesser(lesser(c, g), lesser(d, h)))
}

/// The position of the one point whose `s A - B` is within a limit; none where there are more.
#[inline(always)]
fn only(a: &[f32], b: &[f32], scale: f32, limit: f32) -> Option<usize> {
    // Positions are added up: where there is one, the sum is that one.
    let (mut count, mut sum) = (0, 0);
    for ((a, b), position) in a.iter().zip(b).zip(0..) {
        let within = -i32::from(scale * a - b <= limit);
        count -= within;
        sum += within & position;
    }
    (count == 1).then_some(sum as usize)
}
