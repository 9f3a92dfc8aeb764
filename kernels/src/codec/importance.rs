//! From a column's importance to the weight of its error.

/// The sum of squares, added in order.
#[inline]
pub(crate) fn sum_of_squares(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |sum, value| sum + value * value)
}

/// The weight of each value's squared error: importance times sqrt(`variance` + x^2), so that large values of a
/// quiet neighbourhood count for more.
#[inline(always)]
pub(crate) fn weigh<const N: usize>(values: &[f32; N], importance: &[f32; N], variance: f32) -> [f32; N] {
    let mut weights = [0.0; N];
    for ((weight, value), importance) in weights.iter_mut().zip(values).zip(importance) {
        *weight = importance * (variance + value * value).sqrt();
    }
    weights
}

/// The weight of each value's squared error without importance: its square.
#[inline(always)]
pub(crate) fn squares<const N: usize>(values: &[f32; N]) -> [f32; N] {
    let mut squares = [0.0; N];
    for (square, value) in squares.iter_mut().zip(values) {
        *square = value * value;
    }
    squares
}
