//! Dot products of unquantized numbers.

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
