//! Each position looks at those before it.

use rayon::prelude::*;

use super::cache::LayerCache;
use super::hyperparameters::Hyperparameters;

/// The attended values of `queries`, one row a token; the first token is at position `first`.
pub(super) fn attend(
    sizes: &Hyperparameters,
    cache: &LayerCache,
    queries: &[f32],
    first: usize,
    window: Option<usize>,
) -> Vec<f32> {
    let (query_row, out_row) = (sizes.heads * sizes.key_length, sizes.heads * sizes.value_length);
    let tokens = queries.len() / query_row;
    let mut out = vec![0.0; tokens * out_row];
    out.par_chunks_mut(sizes.value_length).enumerate().for_each(|(index, out)| {
        let (token, head) = (index / sizes.heads, index % sizes.heads);
        let query = &queries[token * query_row + head * sizes.key_length..][..sizes.key_length];
        let position = first + token;
        let seen = position + 1 - window.map_or(position + 1, |window| window.min(position + 1))..position + 1;
        attend_one(sizes, cache, query, head, seen, out);
    });
    out
}

fn attend_one(
    sizes: &Hyperparameters,
    cache: &LayerCache,
    query: &[f32],
    head: usize,
    seen: std::ops::Range<usize>,
    out: &mut [f32],
) {
    let kv_head = head / (sizes.heads / sizes.kv_heads);
    let row = |numbers: &'_ [f32], length: usize, position: usize| {
        let start = (position * sizes.kv_heads + kv_head) * length;
        start..(start + length).min(numbers.len())
    };
    let mut scores: Vec<f32> = seen
        .clone()
        .map(|position| {
            let key = &cache.keys[row(&cache.keys, sizes.key_length, position)];
            dot(query, key) * sizes.attention_scale
        })
        .collect();
    softmax(&mut scores);
    for (position, &score) in seen.zip(&scores) {
        let value = &cache.values[row(&cache.values, sizes.value_length, position)];
        for (out, value) in out.iter_mut().zip(value) {
            *out += score * value;
        }
    }
}

/// Eight sums side by side, so that it becomes vector code.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a_chunks, a_rest) = a.as_chunks::<8>();
    let (b_chunks, b_rest) = b.as_chunks::<8>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

fn softmax(scores: &mut [f32]) {
    let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0f64;
    for score in scores.iter_mut() {
        *score = (*score - max).exp();
        sum += f64::from(*score);
    }
    let scale = (1.0 / sum) as f32;
    scores.iter_mut().for_each(|score| *score *= scale);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up() {
        let mut scores = [1000.0, 1001.0, -50.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6 && scores[1] > scores[0] && scores[2] == 0.0);
    }
}
