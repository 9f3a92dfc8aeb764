//! Decoding of scales.

use crate::numeric::Real;

/// The scale of a sub-block whose code is `code`: `d * (code + 1/2) / 4`.
#[inline(always)]
pub(crate) fn sub_scale<R: Real>(d: R, code: u8) -> R {
    d * R::from_f32(0.5 + f32::from(code)) * R::from_f32(0.25)
}
