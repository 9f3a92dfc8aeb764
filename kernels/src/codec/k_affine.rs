//! What Q4_K and Q5_K share: super-blocks of eight sub-blocks of 32 with a scale and a minimum of 6 bits each. The
//! formats differ in the codes' range and in how they store them.

use super::affine_fit::{AffineFit, AffineSearch};
use super::importance::{sum_of_squares, weigh};
use super::k_dot::{min_dot, scaled_dot};
use super::positive_fit::positive_fit;
use super::six_bit_scales::{pack, unpack};
use crate::activation::q8_k;
use crate::numeric::{F16, Real, nearest_int};

/// Weights in a sub-block.
const LEN: usize = 32;

/// A super-block before its codes are packed.
pub(crate) struct SuperBlock {
    /// Scale of the scales.
    pub(crate) d: F16,
    /// Scale of the minimums.
    pub(crate) dmin: F16,
    /// 6-bit scales and minimums, packed.
    pub(crate) scales: [u8; 12],
    /// Codes in order.
    pub(crate) codes: [u8; 256],
}

/// Quantizes a super-block, larger values weighing more.
pub(crate) fn quantize(search: &AffineSearch, values: &[f32; 256]) -> SuperBlock {
    let mut weights = [0.0; 256];
    for (values, weights) in values.chunks_exact(LEN).zip(weights.chunks_exact_mut(LEN)) {
        let root_mean_square = (sum_of_squares(values) / LEN as f32).sqrt();
        for (weight, value) in weights.iter_mut().zip(values) {
            *weight = root_mean_square + value.abs();
        }
    }
    let mut fits = [AffineFit::default(); 8];
    search.fit::<LEN>(values, &weights, &mut fits);

    let largest = |of: fn(&AffineFit) -> f32| fits.iter().map(of).fold(0.0, |max, x| if x > max { x } else { max });
    let (max_scale, max_min) = (largest(|fit| fit.scale), largest(|fit| fit.min));
    let inverse = |max: f32| if max > 0.0 { 63.0 / max } else { 0.0 };
    let (inverse_scale, inverse_min) = (inverse(max_scale), inverse(max_min));
    let six_bits = |value: f32| (nearest_int(value) as u8).min(63);
    let scales =
        pack(&fits.map(|fit| six_bits(inverse_scale * fit.scale)), &fits.map(|fit| six_bits(inverse_min * fit.min)));
    let (d, dmin) = (F16::from_f32(max_scale / 63.0), F16::from_f32(max_min / 63.0));
    SuperBlock { d, dmin, scales, codes: codes(search, values, &fits, d, dmin, &scales) }
}

/// Quantizes a super-block, columns weighted by importance. `search` finds the sub-blocks' fits; `limit` is applied
/// to the codes of scales and minimums before they are packed.
pub(crate) fn quantize_weighted(
    search: &AffineSearch,
    limit: u8,
    values: &[f32; 256],
    importance: &[f32; 256],
) -> SuperBlock {
    let weights = weigh(values, importance, 2.0 * sum_of_squares(values) / 256.0);
    let mut fits = [AffineFit::default(); 8];
    search.fit::<LEN>(values, &weights, &mut fits);

    let weights = fits.map(|fit| fit.weight);
    let (d, scales) = positive_fit(63, &fits.map(|fit| fit.scale), &weights);
    let (dmin, mins) = positive_fit(63, &fits.map(|fit| fit.min), &weights);
    let scales = pack(&scales.map(|scale| scale.min(limit)), &mins.map(|min| min.min(limit)));
    let (d, dmin) = (F16::from_f32(d), F16::from_f32(dmin));
    SuperBlock { d, dmin, scales, codes: codes(search, values, &fits, d, dmin, &scales) }
}

/// Rounds the values with the scales as they are stored; a sub-block whose scale became 0 keeps the codes of its fit.
fn codes(
    search: &AffineSearch,
    values: &[f32; 256],
    fits: &[AffineFit; 8],
    d: F16,
    dmin: F16,
    packed: &[u8; 12],
) -> [u8; 256] {
    let (scales, mins) = unpack(packed);
    let (d, dmin) = (d.to_f32(), dmin.to_f32());
    let mut codes = [0; 256];
    let sub_blocks = codes.chunks_exact_mut(LEN).zip(values.chunks_exact(LEN)).zip(fits);
    for (((codes, values), fit), (scale, min)) in sub_blocks.zip(scales.into_iter().zip(mins)) {
        let scale = d * f32::from(scale);
        if scale == 0.0 {
            fit.codes(search, values, codes);
            continue;
        }
        let min = dmin * f32::from(min);
        for (code, value) in codes.iter_mut().zip(values) {
            *code = nearest_int((value + min) / scale).clamp(0, search.top) as u8;
        }
    }
    codes
}

/// Decodes a super-block whose codes are unpacked.
#[inline(always)]
pub(crate) fn dequantize<R: Real>(d: F16, dmin: F16, packed: &[u8; 12], codes: &[i8; 256], out: &mut [R]) {
    let (d, dmin) = (R::from_f32(d.to_f32()), R::from_f32(dmin.to_f32()));
    let (scales, mins) = unpack(packed);
    let sub_blocks = out.chunks_exact_mut(LEN).zip(codes.chunks_exact(LEN));
    for ((out, codes), (scale, min)) in sub_blocks.zip(scales.into_iter().zip(mins)) {
        let scale = d * R::from_i32(scale.into());
        let min = dmin * R::from_i32(min.into());
        for (out, &code) in out.iter_mut().zip(codes) {
            *out = scale * R::from_i32(code.into()) - min;
        }
    }
}

/// The dot product of a super-block whose codes are unpacked.
#[inline(always)]
pub(crate) fn dot(d: F16, dmin: F16, packed: &[u8; 12], codes: &[i8; 256], activation: &q8_k::Block) -> f32 {
    let (scales, mins) = unpack(packed);
    let codes = scaled_dot::<LEN>(codes, &scales.map(i16::from), &activation.qs);
    let mins = min_dot::<2>(&mins, activation);
    let activation = activation.d.to_f32();
    d.to_f32() * activation * codes as f32 - dmin.to_f32() * activation * mins as f32
}
