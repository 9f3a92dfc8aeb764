//! Dot products of unquantized numbers.

use crate::operation::MatmulShape;

/// The dot product of two rows, by eight sums side by side.
#[inline(always)]
pub(crate) fn dot_f32<B: Copy>(weights: &[B], activation: &[B], value: impl Fn(B) -> f32) -> f32 {
    let mut sums = [0.0f32; 8];
    let (weights, activation) = (weights.chunks_exact(8), activation.chunks_exact(8));
    let rest = weights.remainder().iter().zip(activation.remainder());
    let rest: f32 = rest.map(|(&w, &a)| value(w) * value(a)).sum();
    for (w, a) in weights.zip(activation) {
        for lane in 0..8 {
            sums[lane] += value(w[lane]) * value(a[lane]);
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Rows times activations, each number converted once instead of once a product.
#[inline(always)]
pub(crate) fn matmul_f32<B: Copy>(
    weights: &[B],
    activations: &[B],
    shape: MatmulShape,
    out: &mut [f32],
    value: impl Fn(B) -> f32,
) {
    let mut numbers = Vec::with_capacity(activations.len());
    numbers.extend(activations.iter().map(|&block| value(block)));
    let mut row = vec![0.0; shape.cols];
    for (index, weights) in weights.chunks_exact(shape.cols).enumerate() {
        for (number, &block) in row.iter_mut().zip(weights) {
            *number = value(block);
        }
        for (column, activation) in numbers.chunks_exact(shape.cols).enumerate() {
            out[column * shape.rows + index] = dot_f32(&row, activation, |number| number);
        }
    }
}
