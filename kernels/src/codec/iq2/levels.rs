//! Rounding the weights of a group to levels, under many scales at once.

use super::{PLACES, Tuple};
use crate::numeric::nearest_int;

/// Up to this magnitude of the product of a weight and an inverse scale, [`nearest_int`] is in its range.
const IN_RANGE: f32 = 8e6;

/// The most inverse scales that are tried, rounded up to whole vectors.
const LANES: usize = 20;

/// The tuple of the levels nearest to `values` under one inverse scale.
#[inline]
pub(super) fn tuple(values: &[f32; 8], inverse: f32) -> Tuple {
    let mut tuple = 0;
    for (value, place) in values.iter().zip(PLACES) {
        tuple += nearest_int(0.5 * (inverse * value - 1.0)).clamp(0, 2) * place;
    }
    tuple as Tuple
}

/// Inverse scales in ascending order.
pub(super) struct Inverses<const N: usize> {
    /// The scales, then zeros.
    lanes: [f32; LANES],
}

/// The tuples of a group under each of `N` inverse scales, where they change.
pub(super) struct Tuples<const N: usize> {
    /// Bit n is set where the tuple differs from the one before; bit 0 always is.
    pub(super) starts: u32,
    /// The tuples, where `starts` is set.
    pub(super) tuples: [Tuple; N],
}

/// Whether a product of weight and inverse scale, in range, rounds to the second level or the third.
///
/// `nearest_int((product - 1) / 2)` is 1 above 1/2 and 2 from 3/2 on: ties go to even, and the difference is exact near
/// both.
#[inline(always)]
fn reaches(product: f32) -> [bool; 2] {
    [product > 2.0, product >= 4.0]
}

impl<const N: usize> Inverses<N> {
    pub(super) fn new(inverses: &[f32; N]) -> Self {
        let mut lanes = [0.0; LANES];
        lanes[..N].copy_from_slice(inverses);
        Self { lanes }
    }

    /// The tuples of the levels nearest to `values`.
    #[inline]
    pub(super) fn tuples(&self, values: &[f32; 8]) -> Tuples<N> {
        let (low, high) = (self.lanes[0], self.lanes[N - 1]);
        let (mut tuple, mut moving, mut in_range) = (0, 0, true);
        for (i, &value) in values.iter().enumerate() {
            let ([second, third], [second_at_last, third_at_last]) = (reaches(low * value), reaches(high * value));
            tuple += if second { PLACES[i] } else { 0 } + if third { PLACES[i] } else { 0 };
            moving |= i32::from((second != second_at_last) | (third != third_at_last)) << i;
            in_range &= (high * value).abs() < IN_RANGE;
        }
        if !in_range {
            return self.one_by_one(values);
        }
        let mut rise = [0; LANES];
        let mut starts = 1;
        while moving != 0 {
            let i = moving.trailing_zeros() as usize;
            moving &= moving - 1;
            // A level ascends with the inverse scale.
            for below in self.below(values[i]) {
                rise[below] += PLACES[i];
                starts |= 1 << below;
            }
        }
        // What is reached under the first scale was counted with it, what is never reached lies beyond the last.
        rise[0] = tuple;
        starts &= (1 << N) - 1;
        let mut tuples = Tuples { starts, tuples: [0; N] };
        let (mut left, mut tuple) = (starts, 0);
        while left != 0 {
            let n = left.trailing_zeros() as usize;
            left &= left - 1;
            tuple += rise[n];
            tuples.tuples[n] = tuple as Tuple;
        }
        tuples
    }

    /// Under how many scales a value stays below the second level and the third.
    #[inline(always)]
    fn below(&self, value: f32) -> [usize; 2] {
        let mut counts = [[0i32; 4]; 2];
        for lanes in self.lanes.as_chunks::<4>().0 {
            for j in 0..4 {
                let [second, third] = reaches(lanes[j] * value);
                counts[0][j] += i32::from(second);
                counts[1][j] += i32::from(third);
            }
        }
        counts.map(|[a, b, c, d]| N - ((a + b) + (c + d)) as usize)
    }

    /// For weights that are out of range of the scales: their levels may go up and down.
    #[cold]
    fn one_by_one(&self, values: &[f32; 8]) -> Tuples<N> {
        let tuples = std::array::from_fn(|n| tuple(values, self.lanes[n]));
        let starts = (1..N).filter(|&n| tuples[n] != tuples[n - 1]).fold(1, |starts, n| starts | 1 << n);
        Tuples { starts, tuples }
    }
}
