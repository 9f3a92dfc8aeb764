//! Rows times one activation, sixteen at a time.

use std::arch::x86_64::__m512;
use std::hint::black_box;

use bytemuck::cast_slice;

use super::activation::Activation;
use super::format::{Act, Block, Blocks, Blocks512, Scaling};
use super::operands::{codes, offsets};
use super::turned::{scales_of_four, turned_scales};
use crate::product::avx512::transpose::{sums_of_fours, sums_of_twos, turned_quarters};
use crate::product::padded::padded;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Ahead, Aligned, Avx512};

/// Rows that are multiplied together.
const ROWS: usize = 16;

/// At least 512 weights a row.
#[inline(always)]
pub(super) fn matvec<K: Blocks512>(s: Avx512, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
    let row_blocks = weights.len() / out.len();
    let (whole, rest) = activation.as_chunks::<16>();
    let ahead = Ahead::new(weights, row_blocks, ROWS);
    for (group, out) in out.chunks_mut(ROWS).enumerate() {
        let rows = Rows::<K> { weights, first: ROWS * group, count: out.len(), row_blocks, ahead: &ahead };
        let mut sums = [s.zero_f32()];
        for (index, a) in whole.iter().enumerate() {
            sums = add_chunk::<K, 0, 1>(s, &rows, index * Blocks::<K>::CHUNK, a, 0, sums);
        }
        if !rest.is_empty() {
            // The last blocks are read as the end of a whole chunk, so that nothing is copied.
            let (last, at) = (activation.last_chunk().expect("512 numbers"), row_blocks - Blocks::<K>::CHUNK);
            sums = match rest.len() {
                0..=4 => add_chunk::<K, 3, 1>(s, &rows, at, last, 16 - rest.len(), sums),
                5..=8 => add_chunk::<K, 2, 1>(s, &rows, at, last, 16 - rest.len(), sums),
                _ => add_chunk::<K, 0, 1>(s, &rows, at, last, 16 - rest.len(), sums),
            };
        }
        let mut all = [0.0; ROWS];
        s.store_f32(&mut all, sums[0]);
        out.copy_from_slice(&all[..out.len()]);
    }
}

/// 256 weights a row: two rows, which lie one after the other, are a chunk.
#[inline(always)]
pub(super) fn matvec_of_halves<K: Blocks512>(
    s: Avx512,
    weights: &[Block<K>],
    activation: &[Act<K>; 8],
    out: &mut [f32],
) {
    let twice: [Act<K>; 16] = padded(&[*activation; 2]);
    let (pairs, odd) = out.as_chunks_mut::<2>();
    let (weights, rest) = weights.split_at(pairs.len() * Blocks::<K>::CHUNK);
    let ahead = Ahead::new(weights, Blocks::<K>::CHUNK, ROWS);
    for (group, out) in pairs.chunks_mut(ROWS).enumerate() {
        let (first, row_blocks) = (ROWS * group, Blocks::<K>::CHUNK);
        let rows = Rows::<K> { weights, first, count: out.len(), row_blocks, ahead: &ahead };
        let sums = add_chunk::<K, 0, 2>(s, &rows, 0, &twice, 0, [s.zero_f32(); 2]);
        let mut all = [[0.0; ROWS]; 2];
        s.store_f32(&mut all[0], sums[0]);
        s.store_f32(&mut all[1], sums[1]);
        for (row, out) in out.iter_mut().enumerate() {
            *out = [all[0][row], all[1][row]];
        }
    }
    if !odd.is_empty() {
        K::Narrow::matvec(s.narrow(), rest, activation, odd);
    }
}

/// Up to [`ROWS`] rows.
struct Rows<'a, K: Blocks512> {
    weights: &'a [Block<K>],
    first: usize,
    count: usize,
    row_blocks: usize,
    ahead: &'a Ahead<'a, Block<K>>,
}

impl<K: Blocks512> Rows<'_, K> {
    /// The chunk of a row that begins with block `at`. The last row stands in for missing rows.
    #[inline(always)]
    fn chunk(&self, row: usize, at: usize) -> &K::Chunk {
        let row = self.first + row.min(self.count - 1);
        self.ahead.fetch(row, at, Blocks::<K>::CHUNK);
        bytemuck::from_bytes(cast_slice(&self.weights[row * self.row_blocks + at..][..Blocks::<K>::CHUNK]))
    }
}

/// Adds the products of some of 512 weights of each row with those blocks of an activation, from block `start` on, which is
/// in quad `FIRST` or behind; with two `SUMS` those of each half to one of them.
#[inline(always)]
fn add_chunk<K: Blocks512, const FIRST: usize, const SUMS: usize>(
    s: Avx512,
    rows: &Rows<'_, K>,
    at: usize,
    a: &[Act<K>; 16],
    start: usize,
    mut sums: [__m512; SUMS],
) -> [__m512; SUMS] {
    let (mut y, mut starts) = ([[s.zero(); 2]; 4], [s.zero(); 4]);
    for quad in FIRST..4 {
        y[quad] = codes::<K>(s, a, quad);
        if K::OFFSET != 0 {
            starts[quad] = s.sub_i32(s.zero(), offsets::<K>(s, y[quad]));
        }
    }
    // For each four rows: registers whose 128-bit quarters hold the sums, or the transposed scales, of the four.
    let mut integers = [[s.zero(); 8]; 4];
    let mut scales = [[s.zero(); 8]; 4];
    // Opaque bounds keep the compiler from unrolling the large body.
    for four in 0..black_box(4).min(4) {
        let chunks: [&K::Chunk; 4] = unrolled!(4; row => rows.chunk(4 * four + row, at));
        for quad in FIRST..4 {
            let mut products = [s.zero(); 4];
            for row in 0..4 {
                let w = K::codes(s, chunks[row], quad);
                products[row] = s.dot_u8_i8(s.dot_u8_i8(starts[quad], w[0], y[quad][0]), w[1], y[quad][1]);
            }
            if K::Scaling::SIXTEENS {
                [integers[four][2 * quad], integers[four][2 * quad + 1]] = sums_of_twos(s, products);
            } else {
                integers[four][quad] = sums_of_fours(s, products);
            }
        }
        scales[four] = scales_of_four::<K>(s, chunks);
    }
    let turned = turned_scales::<K>(s, &scales);
    let mut of_activation = Aligned([[0.0f32; 16]; 2]);
    let [first, second] = &mut of_activation.0;
    if K::Scaling::MINS {
        let numbers = Activation::scales_and_sums(s, a);
        s.store_f32(first, numbers[0]);
        s.store_f32(second, numbers[1]);
    } else {
        s.store_f32(first, Activation::scales(s, a));
    }
    let of_activation = of_activation.0.as_flattened();
    let of_quad = if K::Scaling::SIXTEENS { 2 } else { 1 };
    for register in FIRST * of_quad..4 * of_quad {
        let of_rows = turned_quarters(s, unrolled!(4; four => integers[four][register]));
        for (quarter, integers) in of_rows.into_iter().enumerate() {
            let place = 4 * register + quarter;
            let block = if K::Scaling::SIXTEENS { place / 2 } else { place };
            if block < start {
                continue;
            }
            let scale = s.as_f32(turned[if K::Scaling::MINS { 2 * block } else { place }]);
            let of_block = s.set1_f32(of_activation[if K::Scaling::MINS { 2 * block } else { block }]);
            let sum = &mut sums[block * SUMS / 16];
            *sum = s.fma(s.to_f32(integers), s.mul_f32(scale, of_block), *sum);
            if K::Scaling::MINS {
                *sum = s.fma(s.as_f32(turned[2 * block + 1]), s.set1_f32(of_activation[2 * block + 1]), *sum);
            }
        }
    }
    sums
}
