//! Which of the points near a group of 4 weights has the smallest error, at one scale or at several.

/// A lattice point: the levels of 4 weights, 0 to 7 in 3 bits each, the first lowest.
pub(crate) type Code = u16;

/// Bound of the rounding errors of the difference of two errors, relative to the sum of the weights times the square of
/// the largest possible deviation: the reference's two errors and the two computed here are each off by less than 2^-20
/// of it.
const MARGIN: f32 = 1.0 / 262_144.0;

/// The errors of a group's points, sum of w (s q - x)^2, as functions of the scale s.
pub(super) struct Errors<'a> {
    values: &'a [f32; 4],
    weights: &'a [f32; 4],
    /// Sum of w q q of either half of a point.
    squares: [[f32; 64]; 2],
    /// Sum of 2 w q x of either half.
    products: [[f32; 64]; 2],
    /// Sum of w.
    weight: f32,
    /// The largest |x|.
    largest: f32,
}

impl<'a> Errors<'a> {
    #[inline]
    pub(super) fn new(values: &'a [f32; 4], weights: &'a [f32; 4]) -> Self {
        let levels: [f32; 8] = std::array::from_fn(|level| magnitude(level as i32) as f32);
        let square = |i: usize| levels.map(|q| weights[i] * q * q);
        let product = |i: usize| levels.map(|q| 2.0 * weights[i] * values[i] * q);
        Self {
            values,
            weights,
            squares: [pairs(&square(0), &square(1)), pairs(&square(2), &square(3))],
            products: [pairs(&product(0), &product(1)), pairs(&product(2), &product(3))],
            weight: weights.iter().sum(),
            largest: values.iter().fold(0.0, |largest, x| if x.abs() > largest { x.abs() } else { largest }),
        }
    }

    /// The nearest point at each of `scales`, which fall and are positive.
    #[inline]
    pub(super) fn nearest_at(&self, near: &[Code], scales: &[f32], nearest: &mut [Code]) {
        let (most, least) = (scales[0], scales[scales.len() - 1]);
        let deviation = 15.0 * most + self.largest;
        let size = self.weight * deviation * deviation;
        // Divided by s, an error is s a - b plus what is the same for all points.
        let tolerance = size / least * MARGIN;
        // Outside of this range, and where it is NaN, rounding need not be relative.
        if !(1e-25..1e25).contains(&size) {
            for (nearest, &scale) in nearest.iter_mut().zip(scales) {
                *nearest = nearest_at_scale(self.values, self.weights, near, scale);
            }
            return;
        }
        if scales.len() > 4 {
            let ends = self.least(near, [most, most, least, least], tolerance);
            if ends.iter().all(|end| *end == ends[0] && *end != UNCLEAR) {
                // The difference of two such functions is linear in s: what is less at both ends is less between them.
                nearest.fill(ends[0] as Code);
                return;
            }
        }
        for (nearest, scales) in nearest.chunks_mut(4).zip(scales.chunks(4)) {
            let mut lanes = [least; 4];
            lanes[..scales.len()].copy_from_slice(scales);
            let found = self.least(near, lanes, tolerance);
            for ((nearest, &found), &scale) in nearest.iter_mut().zip(&found).zip(scales) {
                *nearest = found as Code;
                if found == UNCLEAR {
                    *nearest = nearest_at_scale(self.values, self.weights, near, scale);
                }
            }
        }
    }

    /// At each of four scales the point with the least error, or [`UNCLEAR`] where another exceeds it by no more than
    /// `tolerance`, all divided by the scale.
    #[inline(always)]
    fn least(&self, near: &[Code], scales: [f32; 4], tolerance: f32) -> [i32; 4] {
        let mut found = [UNCLEAR; 4];
        let (mut least, mut second) = ([f32::INFINITY; 4], [f32::INFINITY; 4]);
        for &code in near {
            let (low, high) = (usize::from(code & 63), usize::from(code >> 6 & 63));
            let a = self.squares[0][low] + self.squares[1][high];
            let b = self.products[0][low] + self.products[1][high];
            for lane in 0..4 {
                let term = scales[lane] * a - b;
                let larger = if term < least[lane] { least[lane] } else { term };
                second[lane] = if larger < second[lane] { larger } else { second[lane] };
                found[lane] = if term < least[lane] { i32::from(code) } else { found[lane] };
                least[lane] = if term < least[lane] { term } else { least[lane] };
            }
        }
        for lane in 0..4 {
            let clear = second[lane] - least[lane] > tolerance;
            found[lane] = if clear { found[lane] } else { UNCLEAR };
        }
        found
    }
}

/// No code.
const UNCLEAR: i32 = -1;

/// Sums over both halves' levels, the first level lowest.
#[inline]
fn pairs(first: &[f32; 8], second: &[f32; 8]) -> [f32; 64] {
    let mut sums = [0.0; 64];
    for (sums, second) in sums.as_chunks_mut::<8>().0.iter_mut().zip(second) {
        for (sum, first) in sums.iter_mut().zip(first) {
            *sum = first + second;
        }
    }
    sums
}

/// The level of weight `i` of a point.
#[inline(always)]
pub(super) fn level(code: Code, i: usize) -> i32 {
    i32::from(code >> (3 * i) & 7)
}

/// The magnitude that a level stands for, before it is scaled.
#[inline(always)]
pub(super) fn magnitude(level: i32) -> i32 {
    2 * level + 1
}

/// The near point with the smallest error as the reference rounds it, the first of equals; the first of all where no
/// error is finite, for which the reference aborts.
pub(super) fn nearest_at_scale(values: &[f32; 4], weights: &[f32; 4], near: &[Code], scale: f32) -> Code {
    let mut best = f32::MAX;
    let mut nearest = near[0];
    for &code in near {
        let mut error = 0.0;
        for i in 0..4 {
            let difference = scale * magnitude(level(code, i)) as f32 - values[i];
            error += weights[i] * difference * difference;
        }
        if error < best {
            best = error;
            nearest = code;
        }
    }
    nearest
}
