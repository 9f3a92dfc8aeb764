//! From a column's importance to the weight of its error.

/// The sum of squares, added in order.
#[inline]
pub(crate) fn sum_of_squares(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |sum, value| sum + value * value)
}

/// The weight of each value's squared error: importance times sqrt(`variance` + x^2), so that large values of a
/// quiet neighbourhood count for more.
#[inline]
pub(crate) fn weigh(values: &[f32], importance: &[f32], variance: f32, weights: &mut [f32]) {
    for ((weight, value), importance) in weights.iter_mut().zip(values).zip(importance) {
        *weight = importance * (variance + value * value).sqrt();
    }
}
