//! A first scale for the magnitudes of a sub-block, by rounding them to the codes 0 to 4.

use crate::numeric::nearest_int;

/// The largest code.
const LARGEST: i32 = 4;

/// Inverse scales that are tried beside `LARGEST / max`, as additions to `LARGEST`, in tenths.
const STEPS: [i32; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

/// The scale that fits the values best: the best of nine, then improved code by code; 0 where no value is positive.
///
/// Codes are kept in bytes, so those of negative values wrap around, as in the reference.
pub(crate) fn scale(values: &[f32; 32], weights: &[f32; 32], max: f32) -> f32 {
    let inverse = best_inverse(values, weights, max);
    let mut codes = [0u8; 32];
    let (mut qx, mut q2) = (0.0, 0.0);
    for ((code, &x), &w) in codes.iter_mut().zip(values).zip(weights) {
        let nearest = nearest_int(inverse * x).min(LARGEST);
        *code = nearest as u8;
        qx += w * x * nearest as f32;
        q2 += w * nearest as f32 * nearest as f32;
    }
    for _ in 0..5 {
        if !improve(values, weights, &mut codes, &mut qx, &mut q2) {
            break;
        }
    }
    if q2 > 0.0 { qx / q2 } else { 0.0 }
}

/// The inverse scale with the least weighted squared error.
fn best_inverse(values: &[f32; 32], weights: &[f32; 32], max: f32) -> f32 {
    let mut best = LARGEST as f32 / max;
    let scale = 1.0 / best;
    let mut least = 0.0;
    for (&x, &w) in values.iter().zip(weights) {
        let difference = x - scale * f32::from(nearest_int(best * x) as u8);
        least += w * difference * difference;
    }
    let inverses = STEPS.map(|step| (0.1 * step as f32 + LARGEST as f32) / max);
    let scales = inverses.map(|inverse| 1.0 / inverse);
    let mut errors = [0.0; 8];
    for (&x, &w) in values.iter().zip(weights) {
        for j in 0..8 {
            let code = nearest_int(inverses[j] * x).min(LARGEST);
            let difference = x - scales[j] * code as f32;
            errors[j] += w * difference * difference;
        }
    }
    for (error, inverse) in errors.into_iter().zip(inverses) {
        if error < least {
            (least, best) = (error, inverse);
        }
    }
    best
}

/// The code that suits a value best, all others staying as they are, with the sums that leaves the others.
#[inline(always)]
fn best_code(x: f32, w: f32, code: u8, qx: f32, q2: f32) -> (i32, f32, f32) {
    let code = f32::from(code);
    let (qx, q2) = (qx - w * x * code, q2 - w * code * code);
    let best = nearest_int(x * q2 / qx).min(LARGEST);
    (if qx > 0.0 && q2 > 0.0 { best } else { code as i32 }, qx, q2)
}

/// Gives each value in turn the code that suits it best where that improves the fit; whether any changed.
fn improve(values: &[f32; 32], weights: &[f32; 32], codes: &mut [u8; 32], qx: &mut f32, q2: &mut f32) -> bool {
    let mut changed = false;
    let chunks = values.as_chunks::<4>().0.iter().zip(weights.as_chunks::<4>().0);
    for ((x, w), codes) in chunks.zip(codes.as_chunks_mut::<4>().0) {
        // The sums change with a code only, and hardly any code changes.
        let mut any = false;
        for j in 0..4 {
            any |= best_code(x[j], w[j], codes[j], *qx, *q2).0 != i32::from(codes[j]);
        }
        if !any {
            continue;
        }
        for j in 0..4 {
            let (code, other_qx, other_q2) = best_code(x[j], w[j], codes[j], *qx, *q2);
            if code == i32::from(codes[j]) {
                continue;
            }
            let new_qx = other_qx + w[j] * x[j] * code as f32;
            let new_q2 = other_q2 + w[j] * code as f32 * code as f32;
            if new_qx * new_qx * *q2 > *qx * *qx * new_q2 {
                codes[j] = code as u8;
                (*qx, *q2) = (new_qx, new_q2);
                changed = true;
            }
        }
    }
    changed
}
