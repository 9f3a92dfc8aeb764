//! What the quantizers of Q4_1 and Q5_1 share: blocks of 32 with a scale and a minimum.

use super::affine_fit::{AffineFit, AffineSearch};
use super::extremes::min_max;
use super::importance::{sum_of_squares, weigh};
use crate::numeric::truncate;

/// Blocks that the search takes side by side.
const SIDE_BY_SIDE: usize = 8;

/// Divides the range of each block into `top` steps. `narrow` makes a code of what an integer conversion gives, `pack`
/// a block of scale, minimum and codes.
#[inline(always)]
pub(crate) fn quantize<B>(
    top: i32,
    row: &[f32],
    blocks: &mut [B],
    narrow: impl Fn(i32) -> u8,
    pack: impl Fn(f32, f32, &[u8; 32]) -> B,
) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        let (min, max) = min_max(values);
        let d = (max - min) / top as f32;
        let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
        let codes = truncate(values.map(|value| (value - min) * inverse + 0.5));
        *block = pack(d, min, &codes.map(&narrow));
    }
}

/// Searches scale and minimum of each block, columns weighted by importance.
#[inline(always)]
pub(crate) fn quantize_weighted<B>(
    top: i32,
    row: &[f32],
    importance: &[f32],
    blocks: &mut [B],
    pack: impl Fn(f32, f32, &[u8; 32]) -> B,
) {
    let search = AffineSearch::weighted(top);
    let variance = sum_of_squares(row) / row.len() as f32;
    let (row, importance) = (row.as_chunks::<32>().0, importance.as_chunks::<32>().0);
    let chunks = row.chunks(SIDE_BY_SIDE).zip(importance.chunks(SIDE_BY_SIDE));
    for ((values, importance), blocks) in chunks.zip(blocks.chunks_mut(SIDE_BY_SIDE)) {
        let mut weights = [[0.0; 32]; SIDE_BY_SIDE];
        for ((weights, values), importance) in weights.iter_mut().zip(values).zip(importance) {
            *weights = weigh(values, importance, variance);
        }
        let mut fits = [AffineFit::default(); SIDE_BY_SIDE];
        let weights = &weights[..blocks.len()];
        search.fit::<32>(values.as_flattened(), weights.as_flattened(), &mut fits[..blocks.len()]);
        for ((values, fit), block) in values.iter().zip(&fits).zip(blocks) {
            let mut codes = [0; 32];
            fit.codes(&search, values, &mut codes);
            *block = pack(fit.scale, -fit.min, &codes);
        }
    }
}
