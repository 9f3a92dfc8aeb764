//! What the errors of a sub-block's weights count.

/// The sum of the squares of a block, added up in order.
#[inline]
pub(crate) fn sum_of_squares(values: &[f32; 256]) -> f32 {
    values.iter().fold(0.0, |sum, x| sum + x * x)
}

/// Importance times the root of `variance + x^2`.
#[inline(always)]
pub(crate) fn by_importance<const N: usize>(importance: &[f32; N], values: &[f32; N], variance: f32) -> [f32; N] {
    let mut weights = [0.0; N];
    for ((weight, importance), x) in weights.iter_mut().zip(importance).zip(values) {
        *weight = importance * (variance + x * x).sqrt();
    }
    weights
}

/// The largest value.
#[inline(always)]
pub(crate) fn max<const N: usize>(values: &[f32; N]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [f32::NEG_INFINITY; 4];
    for chunk in values.as_chunks::<4>().0 {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = larger(*lane, value);
        }
    }
    larger(larger(lanes[0], lanes[1]), larger(lanes[2], lanes[3]))
}
