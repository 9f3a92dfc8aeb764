//! What the quantizers of Q4_0 and Q5_0 share: blocks of 32 with one scale and codes around zero.

use super::extremes::signed_max;
use super::importance::{sum_of_squares, weigh};
use super::symmetric_fit::symmetric_fit;
use crate::numeric::truncate;

/// Maps the value of largest magnitude of each block to the code -`half`; codes are -`half` to `half` - 1 and passed to
/// `pack` with `half` added.
#[inline(always)]
pub(crate) fn quantize<B>(half: i8, row: &[f32], blocks: &mut [B], pack: impl Fn(f32, &[u8; 32]) -> B) {
    for (values, block) in row.as_chunks::<32>().0.iter().zip(blocks) {
        let d = signed_max(values) / -f32::from(half);
        let inverse = if d != 0.0 { 1.0 / d } else { 0.0 };
        let codes = truncate(values.map(|value| value * inverse + (f32::from(half) + 0.5)));
        *block = pack(d, &codes.map(|code| (code as i8).min(2 * half - 1) as u8));
    }
}

/// Searches the scale of each block, columns weighted by importance.
#[inline(always)]
pub(crate) fn quantize_weighted<B>(
    half: i8,
    row: &[f32],
    importance: &[f32],
    blocks: &mut [B],
    pack: impl Fn(f32, &[u8; 32]) -> B,
) {
    let variance = sum_of_squares(row) / row.len() as f32;
    let rows = row.as_chunks::<32>().0.iter().zip(importance.as_chunks::<32>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        let fit = symmetric_fit(half.into(), values, &weigh(values, importance, variance));
        let mut codes = [0; 32];
        fit.codes(half.into(), values, &mut codes);
        *block = pack(fit.scale, &codes);
    }
}
