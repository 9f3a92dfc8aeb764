//! The search for one scale of numbers that are not negative: codes q in 0..=top and scale s that make the weighted
//! squared error of s * q small. It quantizes the scales and the minimums of a super-block.
//!
//! The best of nine candidates gives the codes; then one code at a time changes as long as the fit improves.
//! Source: ggml `make_qp_quants`.

use super::lanes::Lanes;
use super::symmetric_fit::ZERO_BELOW;
use crate::numeric::nearest_int;

/// Tenths that a candidate adds to `top`, in the order of the search.
const TENTHS: [f32; 8] = [-4., -3., -2., -1., 1., 2., 3., 4.];

/// Rounds over all codes at most.
const ROUNDS: usize = 5;

/// Returns the scale and the codes. A negative number, should a search have left one, gives a code that wraps below
/// 0, as it does in the reference.
pub(crate) fn positive_fit<const LEN: usize>(top: i32, x: &[f32; LEN], w: &[f32; LEN]) -> (f32, [u8; LEN]) {
    let max = x.iter().fold(0.0, |max, &x| if max > x { max } else { x });
    if max < ZERO_BELOW {
        return (0.0, [0; LEN]);
    }
    let inverse = best_inverse(top, x, w, max);

    let mut codes = [0u8; LEN];
    let (mut xl, mut l2) = (0.0, 0.0);
    for ((&x, &w), stored) in x.iter().zip(w).zip(&mut codes) {
        let code = nearest_int(inverse * x).min(top);
        *stored = code as u8;
        xl += w * x * code as f32;
        l2 += w * code as f32 * code as f32;
    }
    for _ in 0..ROUNDS {
        let mut changed = false;
        for ((&x, &w), stored) in x.iter().zip(w).zip(&mut codes) {
            let code = f32::from(*stored);
            let rest_xl = xl - w * x * code;
            let rest_l2 = l2 - w * code * code;
            if !(rest_xl > 0.0 && rest_l2 > 0.0) {
                continue;
            }
            let new_code = nearest_int(x * rest_l2 / rest_xl).min(top);
            if new_code == i32::from(*stored) {
                continue;
            }
            let new_xl = rest_xl + w * x * new_code as f32;
            let new_l2 = rest_l2 + w * new_code as f32 * new_code as f32;
            if new_xl * new_xl * l2 > xl * xl * new_l2 {
                *stored = new_code as u8;
                (xl, l2) = (new_xl, new_l2);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    (if l2 > 0.0 { xl / l2 } else { 0.0 }, codes)
}

/// What to multiply by before rounding: the candidate whose own step has the least error.
fn best_inverse<const LEN: usize>(top: i32, x: &[f32; LEN], w: &[f32; LEN], max: f32) -> f32 {
    let plain = top as f32 / max;
    let step = 1.0 / plain;
    let mut least = 0.0;
    for (&x, &w) in x.iter().zip(w) {
        let difference = x - step * f32::from(nearest_int(plain * x) as u8);
        least += w * difference * difference;
    }

    let inverses = Lanes(TENTHS).map(|tenths| (0.1 * tenths + top as f32) / max);
    let steps = Lanes::splat(1.0) / inverses;
    let mut errors = Lanes::ZERO;
    for (&x, &w) in x.iter().zip(w) {
        let codes = (inverses * Lanes::splat(x)).map(|steps| nearest_int(steps).min(top) as f32);
        let differences = Lanes::splat(x) - steps * codes;
        errors = errors + Lanes::splat(w) * differences * differences;
    }
    let mut best = plain;
    for (error, inverse) in errors.0.into_iter().zip(inverses.0) {
        if error < least {
            (least, best) = (error, inverse);
        }
    }
    best
}
