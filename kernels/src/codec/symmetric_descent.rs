//! The search for one scale by descent: from the codes that rounding gives, change one code at a time as long as the
//! squared error, weighted by the values' own squares, falls. Codes are -4..4. Source: ggml `make_q3_quants`.

use super::lanes::{Lanes, Mask, transposed};
use super::symmetric_fit::ZERO_BELOW;

/// Sub-blocks of 16 that descend side by side: all of a super-block.
const LANES: usize = 16;

/// Rounds over all codes at most.
const ROUNDS: usize = 5;

/// Scales of a super-block's 16 sub-blocks, and codes of its 256 values, 4 added; the codes of a sub-block of zeros
/// are 0, as its scale is.
pub(crate) fn symmetric_descent(values: &[f32; 256]) -> ([f32; LANES], [u8; 256]) {
    let x: [Lanes<LANES>; 16] = transposed(values);
    let (mut amax, mut max) = (Lanes::ZERO, Lanes::ZERO);
    for &x in &x {
        let size = x.map(f32::abs);
        let larger = size.compare(amax, |size, amax| size > amax);
        amax = size.select(larger, amax);
        max = x.select(larger, max);
    }
    let zeros = amax.compare(Lanes::splat(ZERO_BELOW), |amax, bound| amax < bound);
    let inverse = Lanes::splat(-4.0) / max;

    let mut codes = [Lanes::ZERO; 16];
    let (mut xl, mut l2) = (Lanes::ZERO, Lanes::ZERO);
    for (&x, code) in x.iter().zip(&mut codes) {
        *code = Lanes::ZERO.select(zeros, (inverse * x).nearest_clamped(-4, 3));
        let w = x * x;
        xl = xl + w * x * *code;
        l2 = l2 + w * *code * *code;
    }
    let positive = |lanes: Lanes<LANES>| lanes.compare(Lanes::ZERO, |lane, zero| lane > zero);
    for _ in 0..ROUNDS {
        let mut changed = Mask::NONE;
        for (&x, code) in x.iter().zip(&mut codes) {
            let w = x * x;
            let rest_xl = xl - w * x * *code;
            let rest_l2 = l2 - w * *code * *code;
            let new_code = (x * rest_l2 / rest_xl).nearest_clamped(-4, 3);
            let differs = new_code.compare(*code, |new, old| new != old).and(positive(rest_xl));
            if !differs.any() {
                continue;
            }
            let new_xl = rest_xl + w * x * new_code;
            let new_l2 = rest_l2 + w * new_code * new_code;
            let gain = (new_xl * new_xl * l2).compare(xl * xl * new_l2, |new, old| new > old);
            let changes = differs.and(positive(new_l2)).and(gain);
            *code = new_code.select(changes, *code);
            xl = new_xl.select(changes, xl);
            l2 = new_l2.select(changes, l2);
            changed = changed.or(changes);
        }
        if !changed.any() {
            break;
        }
    }

    let solved = l2.compare(Lanes::ZERO, |l2, zero| l2 > zero);
    let scales = (xl / l2).select(solved, Lanes::ZERO);
    let scales = Lanes::ZERO.select(zeros, scales);
    let mut shifted = [0; 256];
    for (lane, sub_block) in shifted.chunks_exact_mut(16).enumerate().filter(|(lane, _)| !zeros.lane(*lane)) {
        for (shifted, code) in sub_block.iter_mut().zip(&codes) {
            *shifted = (code.0[lane] as i32 + 4) as u8;
        }
    }
    (scales.0, shifted)
}
