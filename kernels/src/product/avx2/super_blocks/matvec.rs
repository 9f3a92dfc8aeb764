//! Rows times one activation, eight at a time.

use std::hint::black_box;

use super::format::{Block, Kind, SuperBlock};
use super::integers::{EACH_8, Integers};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::product::avx2::halves::eight;
use crate::product::avx2::transpose::sums;
use crate::product::registers_256::Registers256;
use crate::simd::x86::Ahead;

/// Rows times an activation, eight rows at a time.
#[inline(always)]
pub(crate) fn matvec<F: Integers, S: Registers256>(
    token: S,
    weights: &[Block<F::Format>],
    activation: &[q8_k::Block],
    out: &mut [f32],
) {
    let s = token.avx2();
    let each = black_box(&EACH_8);
    let row_blocks = activation.len();
    let ahead = Ahead::new(weights, row_blocks, 8);
    for (group, out) in out.chunks_mut(8).enumerate() {
        let rows = &weights[8 * group * row_blocks..][..out.len() * row_blocks];
        // The last row stands in for rows that the last eight lack.
        let rows = unrolled!(8; row => &rows[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
        let mut sum = s.zero_f32();
        for (index, a) in activation.iter().enumerate() {
            for row in 8 * group..8 * group + 8 {
                ahead.fetch(row, index, 1);
            }
            let blocks = unrolled!(8; row => &rows[row][index]);
            let [codes, mins] = F::integers(token, blocks, [a; 8], each);
            let scale = s.set1_f32(F::Format::FACTOR * a.d.to_f32());
            let d = eight(s, unrolled!(8; row => blocks[row].d()));
            sum = s.fma(s.to_f32(sums(s, &codes)), s.mul_f32(d, scale), sum);
            if <F::Format as SuperBlock>::Kind::MINS {
                let dmin = eight(s, unrolled!(8; row => <F::Format as SuperBlock>::Kind::dmin(blocks[row])));
                sum = s.fnma(s.to_f32(sums(s, &mins)), s.mul_f32(dmin, scale), sum);
            }
        }
        let all: [f32; 8] = bytemuck::cast(sum);
        out.copy_from_slice(&all[..out.len()]);
    }
}
