//! Rows times one activation, eight at a time.

use std::arch::x86_64::__m256;
use std::ops::Range;

use bytemuck::{Zeroable, cast_slice};

use super::format::{Act, Block, Blocks, Blocks256, Multiply, Scaling};
use crate::activation::of_32::Of32;
use crate::product::padded::padded;
use crate::simd::x86::{Ahead, Avx2};

#[inline(always)]
pub(super) fn matvec<K: Blocks256, M: Multiply<K>>(
    s: Avx2,
    weights: &[Block<K>],
    activation: &[Act<K>],
    out: &mut [f32],
) {
    let row_blocks = weights.len() / out.len();
    let chunk_blocks = Blocks::<K>::CHUNK;
    let (whole, rest) = activation.as_chunks::<8>();
    // The last blocks are read as the end of a whole chunk, so that nothing is copied.
    let last = activation.last_chunk::<8>().filter(|_| !rest.is_empty()).map(|last| (last, 8 - rest.len()..8));
    let ahead = Ahead::new(weights, row_blocks, 8);
    for (group, out) in out.chunks_mut(8).enumerate() {
        let rows = &weights[8 * group * row_blocks..][..out.len() * row_blocks];
        // The last row stands in for rows that the last eight lack.
        let rows: [&[Block<K>]; 8] = unrolled!(8; row => &rows[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
        let mut sum = s.zero_f32();
        for (index, a) in whole.iter().enumerate() {
            for row in 8 * group..8 * group + 8 {
                ahead.fetch(row, index * chunk_blocks, chunk_blocks);
            }
            let chunks: [&K::Chunk; 8] = unrolled!(8; row => {
                bytemuck::from_bytes(cast_slice(&rows[row][index * chunk_blocks..][..chunk_blocks]))
            });
            sum = rows_of_chunk::<K, M>(s, chunks, a, 0..8, sum);
        }
        if let Some((last, blocks)) = &last {
            let chunks: [&K::Chunk; 8] = unrolled!(8; row => {
                bytemuck::from_bytes(cast_slice(&rows[row][row_blocks - chunk_blocks..]))
            });
            sum = rows_of_chunk::<K, M>(s, chunks, last, blocks.clone(), sum);
        } else if !rest.is_empty() {
            let mut chunks = [K::Chunk::zeroed(); 8];
            for (row, chunk) in chunks.iter_mut().enumerate() {
                *chunk = padded(&rows[row][whole.len() * chunk_blocks..]);
            }
            sum = rows_of_chunk::<K, M>(s, chunks.each_ref(), &padded(rest), 0..rest.len(), sum);
        }
        let all: [f32; 8] = bytemuck::cast(sum);
        out.copy_from_slice(&all[..out.len()]);
    }
}

/// Adds the products of some of 256 weights of eight rows with those blocks of an activation.
#[inline(always)]
fn rows_of_chunk<K: Blocks256, M: Multiply<K>>(
    s: Avx2,
    rows: [&K::Chunk; 8],
    a: &[Act<K>; 8],
    blocks: Range<usize>,
    mut sum: __m256,
) -> __m256 {
    let prepared = K::Scaling::rows(s, rows, a);
    for index in blocks {
        let y = s.load(a[index].codes());
        let offsets = M::offsets(s, y);
        let mut integers = [s.zero(); 8];
        for (integers, row) in integers.iter_mut().zip(rows) {
            *integers = M::quads(s, K::codes(s, row, index), y, offsets);
        }
        sum = K::Scaling::add_rows(s, &prepared, index, &integers, sum);
    }
    sum
}
