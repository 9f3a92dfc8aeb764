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

/// Tuples of half a group.
const HALF: usize = 81;

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
            // From the highest level down, because the lowest overwrites what the others add to.
            for (level, q) in LEVELS.into_iter().enumerate().rev() {
                let (a, b) = (w * (q * q), 2.0 * q * (w * x));
                for k in 0..known {
                    self.a[level * known + k] = self.a[k] + a;
                    self.b[level * known + k] = self.b[k] + b;
                }
            }
            known *= LEVELS.len();
        }
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
}

/// A and B of the points around a tuple.
struct Around<'a> {
    points: &'a [Tuple],
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

    /// The nearest of `points` under each of `scales`, which descend by a factor of at most 1.44.
    pub(super) fn nearest(&mut self, points: &[Tuple], scales: &[f32], nearest: &mut [Tuple]) {
        if let [point] = points {
            return nearest.fill(*point);
        }
        self.prepare();
        if !(self.bounded(scales[0]) && self.bounded(scales[scales.len() - 1])) {
            for (nearest, &scale) in nearest.iter_mut().zip(scales) {
                *nearest = points[self.exact(points, 0..points.len(), scale)];
            }
            return;
        }
        let around = self.around(points);
        let last = scales.len() - 1;
        let first_nearest = self.at(&around, scales[0]);
        let last_nearest = if last == 0 { first_nearest } else { self.at(&around, scales[last]) };
        nearest[0] = points[first_nearest.position];
        nearest[last] = points[last_nearest.position];
        self.between(&around, scales, first_nearest, last_nearest, nearest);
    }

    /// Fills in all but the first and the last.
    fn between(&self, around: &Around, scales: &[f32], first: Nearest, last: Nearest, nearest: &mut [Tuple]) {
        if scales.len() <= 2 {
            return;
        }
        if first.certain && last.certain && first.position == last.position {
            return nearest.fill(around.points[first.position]);
        }
        let middle = scales.len() / 2;
        let found = self.at(around, scales[middle]);
        nearest[middle] = around.points[found.position];
        self.between(around, &scales[..=middle], first, found, &mut nearest[..=middle]);
        self.between(around, &scales[middle..], found, last, &mut nearest[middle..]);
    }

    /// Whether the bound on rounding holds under a scale: nothing overflows, and what underflows is too small to count.
    fn bounded(&self, scale: f32) -> bool {
        let difference = 5.0 * scale + self.largest;
        let magnitude = 25.0 * scale * scale * self.total + self.energy;
        self.total < 2f32.powi(60) && difference < 2f32.powi(30) && magnitude > 2f32.powi(-110) * (1.0 + difference)
    }

    fn around<'a>(&self, points: &'a [Tuple]) -> Around<'a> {
        let mut around = Around { points, a: [f32::INFINITY; CAPACITY], b: [0.0; CAPACITY] };
        let [first, second] = &self.sums;
        for ((a, b), &point) in around.a.iter_mut().zip(&mut around.b).zip(points) {
            let (low, high) = halves(point);
            *a = first.a[low] + second.a[high];
            *b = first.b[low] + second.b[high];
        }
        around
    }

    fn at(&self, around: &Around, scale: f32) -> Nearest {
        let chunks = around.points.len().div_ceil(CHUNK);
        let (a, b) = (&around.a.as_chunks::<CHUNK>().0[..chunks], &around.b.as_chunks::<CHUNK>().0[..chunks]);
        let mut least = [f32::INFINITY; CHUNK];
        for (a, b) in a.iter().zip(b) {
            for j in 0..CHUNK {
                let line = scale * a[j] - b[j];
                least[j] = if line < least[j] { line } else { least[j] };
            }
        }
        let least = least.into_iter().fold(f32::INFINITY, |least, line| if line < least { line } else { least });
        let limit = least + UNCERTAINTY * (25.0 * scale * self.total + self.energy / scale);
        let (mut candidates, mut found) = (0, 0);
        let mut positions = [0u16; CAPACITY];
        for (chunk, (a, b)) in a.iter().zip(b).enumerate() {
            let mut within = 0;
            for j in 0..CHUNK {
                within |= i32::from(scale * a[j] - b[j] <= limit) << j;
            }
            while within != 0 {
                found = chunk * CHUNK + within.trailing_zeros() as usize;
                positions[candidates] = found as u16;
                candidates += 1;
                within &= within - 1;
            }
        }
        if candidates == 1 {
            return Nearest { position: found, certain: true };
        }
        let positions = positions[..candidates].iter().map(|&position| position.into());
        Nearest { position: self.exact(around.points, positions, scale), certain: false }
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
