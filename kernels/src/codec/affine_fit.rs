//! The search for a scale and a minimum: codes q in 0..=top, scale s and m <= 0 that make the weighted error of
//! s * q + m small.
//!
//! Each candidate divides the range of the values into a slightly different number of steps, rounds to codes, and
//! solves for the best s and m of these codes; the best candidate so far also moves the origin that the following
//! ones divide from. Source: ggml `make_qkx2_quants` and `make_qkx3_quants`.

use super::lanes::{Lanes, transposed};
use crate::numeric::nearest_int;

/// Sub-blocks that are searched side by side.
const LANES: usize = 8;

/// What a candidate's error is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deviation {
    /// The weighted sum of squared differences.
    Squared,
    /// The weighted sum of differences' magnitudes.
    Absolute,
}

/// A search: the codes and the candidates.
#[derive(Clone, Copy)]
pub(crate) struct AffineSearch {
    /// The largest code.
    pub(crate) top: i32,
    /// What the first candidate adds to `top` for the number of steps it divides the range into.
    pub(crate) first: f32,
    /// What each further candidate adds to that.
    pub(crate) step: f32,
    /// The last candidate, counted from 0.
    pub(crate) last: u16,
    /// What is made small.
    pub(crate) deviation: Deviation,
}

impl AffineSearch {
    /// The search that every affine format uses where columns have importance.
    pub(crate) const fn weighted(top: i32) -> Self {
        Self { top, first: -0.9, step: 0.05, last: 36, deviation: Deviation::Squared }
    }
}

/// What a search found for one sub-block: `x` is about `scale * q - min`.
#[derive(Clone, Copy, Default)]
pub(crate) struct AffineFit {
    /// The scale.
    pub(crate) scale: f32,
    /// What is subtracted; not negative.
    pub(crate) min: f32,
    /// The sum of the sub-block's weights.
    pub(crate) weight: f32,
    inverse: f32,
    origin: f32,
}

impl AffineFit {
    /// The codes that the scale and the minimum were solved for.
    #[inline(always)]
    pub(crate) fn codes(&self, search: &AffineSearch, values: &[f32], codes: &mut [u8]) {
        for (code, value) in codes.iter_mut().zip(values) {
            *code = nearest_int(self.inverse * (value - self.origin)).clamp(0, search.top) as u8;
        }
    }
}

impl AffineSearch {
    /// Searches each sub-block of `LEN` values; as many as there are `fits`.
    pub(crate) fn fit<const LEN: usize>(&self, values: &[f32], weights: &[f32], fits: &mut [AffineFit]) {
        for ((values, weights), fits) in
            values.chunks(LANES * LEN).zip(weights.chunks(LANES * LEN)).zip(fits.chunks_mut(LANES))
        {
            let (values, weights) = (transposed(values), transposed(weights));
            let found = match self.deviation {
                Deviation::Squared => self.fit_lanes::<LEN, false>(&values, &weights),
                Deviation::Absolute => self.fit_lanes::<LEN, true>(&values, &weights),
            };
            fits.copy_from_slice(&found[..fits.len()]);
        }
    }

    fn fit_lanes<const LEN: usize, const ABSOLUTE: bool>(
        &self,
        x: &[Lanes<LANES>; LEN],
        w: &[Lanes<LANES>; LEN],
    ) -> [AffineFit; LANES] {
        let top = self.top as f32;
        let (mut lowest, mut highest) = (x[0], x[0]);
        let mut sum_w = w[0];
        let mut sum_x = w[0] * x[0];
        for (&x, &w) in x.iter().zip(w).skip(1) {
            lowest = lowest.zip(x, |lowest, x| if x < lowest { x } else { lowest });
            highest = highest.zip(x, |highest, x| if x > highest { x } else { highest });
            sum_w = sum_w + w;
            sum_x = sum_x + w * x;
        }
        let mut origin = lowest.map(|lowest| if lowest > 0.0 { 0.0 } else { lowest });
        let constant = highest.compare(origin, |highest, origin| highest == origin);
        let lowest_origin = origin;
        // A range of 1 keeps the lanes of constant sub-blocks harmless: all codes are 0, and no candidate wins.
        let mut range = Lanes::splat(1.0).select(constant, highest - origin);
        let no_nan = sum_x.all_finite();

        let mut inverse = Lanes::splat(top) / range;
        let mut scale = Lanes::splat(1.0) / inverse;
        let mut codes = [Lanes::ZERO; LEN];
        round_and_sum::<LEN, false>(x, w, inverse, origin, self.top, &mut codes);
        let mut error = deviation::<LEN, ABSOLUTE>(x, w, &codes, scale, origin);
        let (mut best_inverse, mut best_origin) = (inverse, origin);

        for candidate in 0..=self.last {
            inverse = Lanes::splat(self.first + self.step * f32::from(candidate) + top) / range;
            // Rounding is monotonic, so the extremes tell for all values whether they round in range.
            let in_range = no_nan
                && (inverse * (lowest - origin)).rounds_in_range()
                && (inverse * (highest - origin)).rounds_in_range();
            let Sums { l, l2, xl } = if in_range {
                round_and_sum::<LEN, true>(x, w, inverse, origin, self.top, &mut codes)
            } else {
                round_and_sum::<LEN, false>(x, w, inverse, origin, self.top, &mut codes)
            };
            let determinant = sum_w * l2 - l * l;
            let free_scale = (sum_w * xl - sum_x * l) / determinant;
            let free_min = (l2 * sum_x - l * xl) / determinant;
            let positive = free_min.compare(Lanes::ZERO, |min, zero| min > zero);
            let new_scale = (xl / l2).select(positive, free_scale);
            let new_min = Lanes::ZERO.select(positive, free_min);
            let new_error = deviation::<LEN, ABSOLUTE>(x, w, &codes, new_scale, new_min);

            // An error that cannot win stands for a candidate without a solution.
            let solved = determinant.compare(Lanes::ZERO, |determinant, zero| determinant > zero);
            let new_error = new_error.select(solved, Lanes::splat(f32::INFINITY));
            let better = new_error.compare(error, |new, old| new < old);
            error = new_error.select(better, error);
            scale = new_scale.select(better, scale);
            best_inverse = inverse.select(better, best_inverse);
            best_origin = origin.select(better, best_origin);
            range = (highest - new_min).select(better, range);
            origin = new_min.select(better, origin);
        }

        let mut fits = [AffineFit::default(); LANES];
        for (lane, fit) in fits.iter_mut().enumerate() {
            *fit = if constant.lane(lane) {
                AffineFit { scale: 0.0, min: -lowest_origin.0[lane], weight: sum_w.0[lane], inverse: 0.0, origin: 0.0 }
            } else {
                AffineFit {
                    scale: scale.0[lane],
                    min: -origin.0[lane],
                    weight: sum_w.0[lane],
                    inverse: best_inverse.0[lane],
                    origin: best_origin.0[lane],
                }
            };
        }
        fits
    }
}

/// The weighted sums of codes, of their squares and of their products with the values.
struct Sums {
    l: Lanes<LANES>,
    l2: Lanes<LANES>,
    xl: Lanes<LANES>,
}

#[inline(always)]
fn round_and_sum<const LEN: usize, const IN_RANGE: bool>(
    x: &[Lanes<LANES>; LEN],
    w: &[Lanes<LANES>; LEN],
    inverse: Lanes<LANES>,
    origin: Lanes<LANES>,
    top: i32,
    codes: &mut [Lanes<LANES>; LEN],
) -> Sums {
    let mut sums = Sums { l: Lanes::ZERO, l2: Lanes::ZERO, xl: Lanes::ZERO };
    for i in 0..LEN {
        let steps = inverse * (x[i] - origin);
        let code =
            if IN_RANGE { steps.nearest_clamped_in_range(0.0, top as f32) } else { steps.nearest_clamped(0, top) };
        codes[i] = code;
        let weighted = w[i] * code;
        sums.l = sums.l + weighted;
        sums.l2 = sums.l2 + weighted * code;
        sums.xl = sums.xl + weighted * x[i];
    }
    sums
}

#[inline(always)]
fn deviation<const LEN: usize, const ABSOLUTE: bool>(
    x: &[Lanes<LANES>; LEN],
    w: &[Lanes<LANES>; LEN],
    codes: &[Lanes<LANES>; LEN],
    scale: Lanes<LANES>,
    min: Lanes<LANES>,
) -> Lanes<LANES> {
    let mut sum = Lanes::ZERO;
    for i in 0..LEN {
        let difference = scale * codes[i] + min - x[i];
        let size = if ABSOLUTE { difference.map(f32::abs) } else { difference * difference };
        sum = sum + w[i] * size;
    }
    sum
}
