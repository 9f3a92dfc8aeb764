//! Each position looks at those before it.
//!
//! Every number is added up in the same order and by the same fused steps, whatever registers the loops are compiled for
//! and however many tokens are read at once.

use std::ops::Range;

use multiversion::multiversion;
use rayon::prelude::*;

use super::cache::{LANES, LayerCache};
use super::exp::exp;
use super::hyperparameters::Hyperparameters;

/// Tokens that look at once, so that keys and values are loaded for several.
const TOKENS: usize = 4;

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
    let looks = Looks { sizes, cache, queries, first, window };
    if tokens == 1 {
        out.par_chunks_mut(sizes.value_length).enumerate().for_each(|(head, out)| {
            out.copy_from_slice(&attended(&looks.of::<1>(0..1, head)));
        });
        return out;
    }
    out.par_chunks_mut(TOKENS * out_row).enumerate().for_each(|(tile, out)| {
        let tokens = TOKENS * tile..TOKENS * tile + out.len() / out_row;
        for head in 0..sizes.heads {
            let values = attended(&looks.of::<TOKENS>(tokens.clone(), head));
            for (out, value) in out.chunks_exact_mut(out_row).zip(values.chunks_exact(sizes.value_length)) {
                out[head * sizes.value_length..][..sizes.value_length].copy_from_slice(value);
            }
        }
    });
    out
}

/// The tokens of a call.
struct Looks<'a> {
    sizes: &'a Hyperparameters,
    cache: &'a LayerCache,
    queries: &'a [f32],
    first: usize,
    window: Option<usize>,
}

impl<'a> Looks<'a> {
    /// Up to `T` tokens with one of their heads; those that are missing are the last one again.
    fn of<const T: usize>(&self, tokens: Range<usize>, head: usize) -> Look<'a, T> {
        let Hyperparameters { heads, kv_heads, key_length, .. } = *self.sizes;
        let token = |index: usize| (tokens.start + index).min(tokens.end - 1);
        Look {
            cache: self.cache,
            head: head / (heads / kv_heads),
            queries: std::array::from_fn(|index| {
                &self.queries[(token(index) * heads + head) * key_length..][..key_length]
            }),
            seen: std::array::from_fn(|index| {
                let end = self.first + token(index) + 1;
                end - self.window.map_or(end, |window| window.min(end))..end
            }),
            scale: self.sizes.attention_scale,
        }
    }
}

/// Some tokens that look at the positions before them by one head.
struct Look<'a, const T: usize> {
    cache: &'a LayerCache,
    /// The head of keys and values.
    head: usize,
    queries: [&'a [f32]; T],
    /// The positions that each token sees.
    seen: [Range<usize>; T],
    scale: f32,
}

/// The values that each token sees, weighted by how well their keys suit its query.
fn attended<const T: usize>(look: &Look<'_, T>) -> Vec<f32> {
    let from = look.seen.iter().map(|seen| seen.start).min().unwrap_or(0) / LANES * LANES;
    let end = look.seen.iter().map(|seen| seen.end).max().unwrap_or(0);
    let positions = (end - from).next_multiple_of(LANES);
    let mut weights = vec![0.0; T * positions];
    products(look, from, &mut weights);
    for (weights, seen) in weights.chunks_exact_mut(positions).zip(&look.seen) {
        softmax(weights, seen.start - from..seen.end - from, look.scale);
    }
    let mut out = vec![0.0; T * look.cache.value(look.head, from).len()];
    weighted(look, from..end, &weights, &mut out);
    out
}

/// Queries times the keys of positions from `from`, a row a token.
#[multiversion(targets("x86_64+avx2+fma"))]
fn products<'a, const T: usize>(look: &Look<'a, T>, from: usize, out: &mut [f32]) {
    let positions = out.len() / T;
    for first in (0..positions).step_by(LANES) {
        let mut sums = [[0.0f32; LANES]; T];
        for index in 0..look.queries[0].len() {
            let keys = look.cache.keys(look.head, index, from + first);
            for token in 0..T {
                let query = look.queries[token][index];
                for lane in 0..LANES {
                    sums[token][lane] = query.mul_add(keys[lane], sums[token][lane]);
                }
            }
        }
        for token in 0..T {
            out[token * positions + first..][..LANES].copy_from_slice(&sums[token]);
        }
    }
}

/// The sum of the values at positions, times their weights, for each token. Weights are a row of whole lanes a token.
#[multiversion(targets("x86_64+avx2+fma"))]
fn weighted<'a, const T: usize>(look: &Look<'a, T>, positions: Range<usize>, weights: &[f32], out: &mut [f32]) {
    let (length, row) = (out.len() / T, weights.len() / T);
    let whole = length / LANES * LANES;
    for first in (0..whole).step_by(LANES) {
        let mut sums = [[0.0f32; LANES]; T];
        for (at, position) in positions.clone().enumerate() {
            let value = look.cache.value(look.head, position);
            let value: &[f32; LANES] = value[first..].first_chunk().expect("whole lanes");
            for token in 0..T {
                let weight = weights[token * row + at];
                for lane in 0..LANES {
                    sums[token][lane] = weight.mul_add(value[lane], sums[token][lane]);
                }
            }
        }
        for token in 0..T {
            out[token * length + first..][..LANES].copy_from_slice(&sums[token]);
        }
    }
    for index in whole..length {
        for (at, position) in positions.clone().enumerate() {
            let value = look.cache.value(look.head, position)[index];
            for token in 0..T {
                let out = &mut out[token * length + index];
                *out = weights[token * row + at].mul_add(value, *out);
            }
        }
    }
}

/// Makes probabilities of a token's scores at the positions that it sees, and 0 of the others.
#[multiversion(targets("x86_64+avx2+fma"))]
fn softmax(scores: &mut [f32], seen: Range<usize>, scale: f32) {
    scores[..seen.start].fill(0.0);
    scores[seen.end..].fill(0.0);
    let scores = &mut scores[seen];
    let mut largest = [f32::NEG_INFINITY; LANES];
    for scores in scores.chunks(LANES) {
        for (largest, score) in largest.iter_mut().zip(scores) {
            let score = score * scale;
            *largest = if score > *largest { score } else { *largest };
        }
    }
    let max = largest.into_iter().fold(f32::NEG_INFINITY, f32::max);
    for score in scores.iter_mut() {
        *score = exp(*score * scale - max);
    }
    let mut sums = [0.0f64; LANES];
    for scores in scores.chunks(LANES) {
        for (sum, &score) in sums.iter_mut().zip(scores) {
            *sum += f64::from(score);
        }
    }
    let scale = (1.0 / sums.into_iter().sum::<f64>()) as f32;
    for score in scores {
        *score *= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up() {
        let mut scores = [9.0, 1000.0, 1001.0, -50.0, 2000.0];
        softmax(&mut scores, 1..4, 1.0);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6 && scores[2] > scores[1], "{scores:?}");
        assert_eq!([scores[0], scores[3], scores[4]], [0.0; 3]);
        let mut many = [0.5; 40];
        softmax(&mut many, 0..40, 2.0);
        assert_eq!(many, [1.0 / 40.0; 40]);
    }
}
