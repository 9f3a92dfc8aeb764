//! The scale and the magnitudes of 32 weights.

use super::nearest::{Code, Errors, level, magnitude, nearest_at_scale};
use crate::codec::near_points::{Near, NearPoints};
use crate::numeric::nearest_int;

/// What differs between the formats.
pub(crate) trait Rules {
    /// Scales tried to either side of the one that maps the largest weight to the largest level.
    const REACH: usize;
    /// Whether all groups are moved again at the final scale when one was not on the grid, not just those that were not.
    const MOVES_ALL: bool;
    /// The codebook.
    fn points() -> &'static NearPoints;
}

/// A sub-block's scale, negative where all signs are to be reversed, and the points of its groups of 4.
pub(crate) struct Fit {
    pub(crate) scale: f32,
    pub(crate) codes: [Code; 8],
}

/// Scales that are worked on together; those past the last one tried repeat it.
const LANES: usize = 32;

/// A number for each scale tried.
type Trials<T> = [T; LANES];

/// Fits 32 magnitudes `values`, of which `max` is the largest, with these `weights` of their squared errors.
pub(crate) fn fit<R: Rules>(values: &[f32; 32], weights: &[f32; 32], max: f32) -> Fit {
    let points = R::points();
    let trials = 2 * R::REACH + 1;
    let roots = weights.map(f32::sqrt);
    let inverse: Trials<f32> = std::array::from_fn(|trial| {
        let step = trial.min(trials - 1) as i32 - R::REACH as i32;
        (15.0 + step as f32 * 0.2) / max
    });
    let scales = inverse.map(|inverse| 1.0 / inverse);
    let mut codes = [[0; LANES]; 8];
    let mut on_grid = [0u8; LANES];
    let groups = || values.as_chunks::<4>().0.iter().zip(roots.as_chunks::<4>().0);
    for (group, ((values, roots), codes)) in groups().zip(&mut codes).enumerate() {
        let rounded = round(values, &inverse);
        let errors = Errors::new(values, roots);
        let mut start = 0;
        while start < trials {
            let code = rounded[start];
            let len = rounded[start..trials].iter().take_while(|next| **next == code).count();
            let run = start..start + len;
            match points.near(code.into()) {
                Near::Index(_) => {
                    codes[run.clone()].fill(code);
                    on_grid[run].iter_mut().for_each(|on_grid| *on_grid |= 1 << group);
                }
                Near::Points(near) => errors.nearest_at(near, &scales[run.clone()], &mut codes[run]),
            }
            start += len;
        }
    }
    let (qx, q2) = sums_of_trials(values, weights, &codes);
    let mut best = 0.0;
    let mut fit = Fit { scale: max / 15.0, codes: [0; 8] };
    let mut stays = if R::MOVES_ALL { 0 } else { u8::MAX };
    let mut taken = None;
    for trial in 0..trials {
        if q2[trial] > 0.0 && qx[trial] * qx[trial] > best * q2[trial] {
            fit.scale = qx[trial] / q2[trial];
            best = fit.scale * qx[trial];
            taken = Some(trial);
        }
    }
    if let Some(trial) = taken {
        fit.codes = codes.map(|codes| codes[trial]);
        stays = on_grid[trial];
    }
    if stays != u8::MAX && fit.scale > 0.0 {
        let inverse = 1.0 / fit.scale;
        for (group, ((values, roots), code)) in groups().zip(&mut fit.codes).enumerate() {
            if R::MOVES_ALL || stays & 1 << group == 0 {
                let rounded = code_of(values.map(|value| rounded_level(value, inverse)));
                *code = match points.near(rounded.into()) {
                    Near::Index(_) => rounded,
                    Near::Points(near) => nearest_at_scale(values, roots, near, fit.scale),
                };
            }
        }
        let (qx, q2) = sums(values, weights, &fit.codes);
        if q2 > 0.0 {
            fit.scale = qx / q2;
        }
    }
    fit
}

/// The level of a weight, 0 to 7, by the inverse of the scale.
#[inline(always)]
fn rounded_level(value: f32, inverse: f32) -> Code {
    nearest_int(0.5 * (inverse * value - 1.0)).clamp(0, 7) as Code
}

#[inline(always)]
fn code_of(levels: [Code; 4]) -> Code {
    levels[0] | levels[1] << 3 | levels[2] << 6 | levels[3] << 9
}

/// The codes of a group at each scale.
#[inline]
fn round(values: &[f32; 4], inverse: &Trials<f32>) -> Trials<Code> {
    let mut codes = [0; LANES];
    if inverse[LANES - 1] > f32::MAX {
        for (code, &inverse) in codes.iter_mut().zip(inverse) {
            *code = code_of(values.map(|value| rounded_level(value, inverse)));
        }
        return codes;
    }
    // The same as `rounded_level` where the products are small: rounded to even numbers instead of halved, within limits that
    // hold no matter when they are applied.
    let mut sums = [0i32; LANES];
    for (i, value) in values.iter().enumerate() {
        for (sum, inverse) in sums.iter_mut().zip(inverse) {
            let twice = inverse * value - 1.0;
            let twice = if twice > 0.0 { twice } else { 0.0 };
            let twice = if twice < 14.0 { twice } else { 14.0 };
            *sum |= ((twice + 25_165_824.0).to_bits() as i32 & 7) << (3 * i);
        }
    }
    for (code, sum) in codes.iter_mut().zip(sums) {
        *code = sum as Code;
    }
    codes
}

/// Sums of w x q and of w q q at each scale, added in the order of the weights.
#[inline]
fn sums_of_trials(values: &[f32; 32], weights: &[f32; 32], codes: &[Trials<Code>; 8]) -> (Trials<f32>, Trials<f32>) {
    let (mut qx, mut q2) = ([0.0; LANES], [0.0; LANES]);
    let lanes = qx.as_chunks_mut::<8>().0.iter_mut().zip(q2.as_chunks_mut::<8>().0);
    for (chunk, (qx, q2)) in lanes.enumerate() {
        for (group, codes) in codes.iter().enumerate() {
            let codes = codes.as_chunks::<8>().0[chunk].map(i32::from);
            for i in 0..4 {
                let w = weights[4 * group + i];
                let wx = w * values[4 * group + i];
                for lane in 0..8 {
                    let q = magnitude(codes[lane] >> (3 * i) & 7) as f32;
                    qx[lane] += wx * q;
                    q2[lane] += w * q * q;
                }
            }
        }
    }
    (qx, q2)
}

/// Sums of w x q and of w q q, added in the order of the weights.
#[inline]
fn sums(values: &[f32; 32], weights: &[f32; 32], codes: &[Code; 8]) -> (f32, f32) {
    let (mut qx, mut q2) = (0.0, 0.0);
    for (i, (x, w)) in values.iter().zip(weights).enumerate() {
        let q = magnitude(level(codes[i / 4], i % 4)) as f32;
        qx += w * x * q;
        q2 += w * q * q;
    }
    (qx, q2)
}
