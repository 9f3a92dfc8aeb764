//! Rounding the weights of a group to levels, under many scales at once.

use super::{PLACES, Tuple};
use crate::numeric::nearest_int;

/// Up to this magnitude of the product of a weight and an inverse scale, [`nearest_int`] is in its range.
const IN_RANGE: f32 = 8e6;

/// The level of a weight times an inverse scale, before it is limited to 0 to 2.
#[inline(always)]
fn rounded(product: f32) -> i32 {
    nearest_int(0.5 * (product - 1.0))
}

/// The tuple of the levels nearest to `values` under one inverse scale.
#[inline]
pub(super) fn tuple(values: &[f32; 8], inverse: f32) -> Tuple {
    let mut tuple = 0;
    for (value, place) in values.iter().zip(PLACES) {
        tuple += rounded(inverse * value).clamp(0, 2) * place;
    }
    tuple as Tuple
}

/// The tuples of the levels nearest to `values` under each of `inverses`, which ascend.
///
/// A level ascends with the inverse scale, so a weight with one level at both ends has it in between.
#[inline]
pub(super) fn tuples<const N: usize>(values: &[f32; 8], inverses: &[f32; N]) -> [Tuple; N] {
    let (low, high) = (inverses[0], inverses[N - 1]);
    let (mut first, mut steady) = ([0; 8], [false; 8]);
    for i in 0..8 {
        let product = high * values[i];
        first[i] = rounded(low * values[i]).clamp(0, 2);
        steady[i] = (first[i] == rounded(product).clamp(0, 2)) & (product.abs() < IN_RANGE);
    }
    let mut tuples = [0; N];
    let mut common = 0;
    for i in 0..8 {
        let place = PLACES[i];
        if steady[i] {
            common += first[i] * place;
            continue;
        }
        for (tuple, inverse) in tuples.iter_mut().zip(inverses) {
            let level = rounded(inverse * values[i]);
            *tuple += if level >= 1 { place } else { 0 } + if level >= 2 { place } else { 0 };
        }
    }
    tuples.map(|tuple| (tuple + common) as Tuple)
}
