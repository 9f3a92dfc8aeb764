//! The search for one scale: codes q in -half..half and scale s that make the weighted squared error of s * q small.
//!
//! 19 candidates map the value of largest magnitude to -half and to steps of 0.1 around it; the one whose codes fit
//! best with their own best scale wins. Source: ggml `make_qx_quants`.

use super::extremes::signed_max;
use super::lanes::Lanes;
use crate::numeric::nearest_int;

/// Sub-blocks whose values all lie below this are zeros.
pub(crate) const ZERO_BELOW: f32 = 1e-15;

/// Tenths that a candidate adds to `half`, in the order of the search; the last lane only fills up the vector.
const TENTHS: [f32; 20] = [0., -9., -8., -7., -6., -5., -4., -3., -2., -1., 1., 2., 3., 4., 5., 6., 7., 8., 9., 0.];

const CANDIDATES: usize = 19;

/// What a search found for one sub-block: `x` is about `scale * q`.
#[derive(Clone, Copy)]
pub(crate) struct SymmetricFit {
    /// The scale; 0 for a sub-block of zeros.
    pub(crate) scale: f32,
    /// What values are multiplied by before rounding; `None` for a sub-block of zeros.
    inverse: Option<f32>,
}

impl SymmetricFit {
    /// The codes that the scale was solved for, `half` added. A sub-block of zeros has codes 0, whose scale of 0
    /// makes them decode to 0 as well.
    #[inline(always)]
    pub(crate) fn codes(&self, half: i32, values: &[f32], codes: &mut [u8]) {
        match self.inverse {
            None => codes.fill(0),
            Some(inverse) => {
                for (code, value) in codes.iter_mut().zip(values) {
                    *code = (nearest_int(inverse * value).clamp(-half, half - 1) + half) as u8;
                }
            }
        }
    }
}

/// Searches one sub-block.
#[inline(always)]
pub(crate) fn symmetric_fit<const LEN: usize>(half: i32, x: &[f32; LEN], w: &[f32; LEN]) -> SymmetricFit {
    let max = signed_max(x);
    if max.abs() < ZERO_BELOW {
        return SymmetricFit { scale: 0.0, inverse: None };
    }
    let inverses = Lanes(TENTHS).map(|tenths| -(half as f32 + 0.1 * tenths) / max);
    // Then no product with an inverse exceeds half + 1.
    let in_range = x.iter().all(|x| x.is_finite());
    let (xl, l2) = if in_range {
        sums(x, w, inverses, |steps| steps.nearest_clamped_in_range(-half as f32, (half - 1) as f32))
    } else {
        sums(x, w, inverses, |steps| steps.nearest_clamped(-half, half - 1))
    };

    let mut scale = if l2.0[0] != 0.0 { xl.0[0] / l2.0[0] } else { 0.0 };
    let mut best = scale * xl.0[0];
    let mut inverse = inverses.0[0];
    for candidate in 1..CANDIDATES {
        let (xl, l2) = (xl.0[candidate], l2.0[candidate]);
        if l2 > 0.0 && xl * xl > best * l2 {
            scale = xl / l2;
            best = scale * xl;
            inverse = inverses.0[candidate];
        }
    }
    SymmetricFit { scale, inverse: Some(inverse) }
}

/// For every candidate the weighted sums of the codes' products with the values, and of their squares.
#[inline(always)]
fn sums<const LEN: usize, const N: usize>(
    x: &[f32; LEN],
    w: &[f32; LEN],
    inverses: Lanes<N>,
    round: impl Fn(Lanes<N>) -> Lanes<N>,
) -> (Lanes<N>, Lanes<N>) {
    let (mut xl, mut l2) = (Lanes::ZERO, Lanes::ZERO);
    for (&x, &w) in x.iter().zip(w) {
        let code = round(inverses * Lanes::splat(x));
        xl = xl + Lanes::splat(w * x) * code;
        l2 = l2 + Lanes::splat(w) * code * code;
    }
    (xl, l2)
}
