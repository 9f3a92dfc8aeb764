//! Blocks with scales of their own times Q8_0 or Q8_1, 256 weights at a time.

use std::arch::x86_64::{__m256, __m256i};
use std::hint::black_box;
use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::{Pod, Zeroable, cast_slice};

use super::halves::{eight, first_halves};
use super::signed;
use super::transpose::{half_sums, sums, transpose};
use crate::numeric::f16_table;
use crate::operation::MatmulShape;
use crate::product::activations::Activation;
use crate::product::padded::padded;
use crate::product::tile::{Panels, matmul};
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Ahead, Aligned, Avx2};

/// The block of `K`.
type Block<K> = <<K as Blocks256>::Scalar as Scalar>::Block;

/// The activation's block of `K`.
type Act<K> = <<K as Blocks256>::Scalar as Scalar>::Activation;

/// A format whose blocks are unpacked by AVX2.
pub(crate) trait Blocks256: 'static {
    /// The format.
    type Scalar: Scalar<Activation: Activation>;
    /// The blocks of 256 weights.
    type Chunk: Pod;

    /// What is to be subtracted from the unpacked codes; 0 where they are signed.
    const OFFSET: i8;
    /// Whether codes are signed.
    const SIGNED: bool = false;
    /// Whether signed codes go down to -128, which has no negative.
    const LEAST: bool = false;
    /// The largest code.
    const TOP: i32;
    /// Whether each 16 weights have a scale, and not each 32.
    const SIXTEENS: bool = false;
    /// Whether there are minimums.
    const MINS: bool = false;

    /// The `index`-th 32 codes, [`Self::OFFSET`] added.
    fn codes(s: Avx2, chunk: &Self::Chunk, index: usize) -> __m256i;

    /// The `index`-th 32 codes as they are stored; only with [`Self::LEAST`].
    #[inline(always)]
    fn stored(_: &Self::Chunk, _: usize) -> &[i8; 32] {
        unreachable!("codes are packed")
    }

    /// The scales in order; the second eight only with [`Self::SIXTEENS`].
    fn scales(s: Avx2, chunk: &Self::Chunk) -> [__m256; 2];

    /// The scale of the `index`-th 32 codes; not with [`Self::SIXTEENS`] or [`Self::MINS`].
    #[inline(always)]
    fn scale(_: &Self::Chunk, _: usize) -> f32 {
        unreachable!("each 32 codes have more than a scale")
    }

    /// For each of eight blocks its scale and its minimum; only with [`Self::MINS`].
    #[inline(always)]
    fn scales_and_mins(s: Avx2, _: &Self::Chunk) -> [__m256; 2] {
        [s.zero_f32(); 2]
    }

    /// What the activation's scaled sums are multiplied by.
    #[inline(always)]
    fn mins(s: Avx2, _: &Self::Chunk) -> __m256 {
        s.zero_f32()
    }
}

/// Scales of eight blocks of an activation.
#[inline(always)]
pub(super) fn activation_scales<A: Activation>(s: Avx2, blocks: &[A; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].d()))
}

/// Scaled sums of the codes of eight blocks of an activation; 0 for formats without.
#[inline(always)]
fn activation_sums<A: Activation>(s: Avx2, blocks: &[A; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].s()))
}

/// The kernels of a format in blocks.
pub(crate) struct Blocks<K>(PhantomData<K>);

/// What the offset of codes adds to the products of activations, in pairs.
#[inline(always)]
fn offsets<K: Blocks256>(s: Avx2, y: __m256i) -> __m256i {
    s.multiply_pairs_u8_i8(s.set1_i8(K::OFFSET), y)
}

/// Four products of codes added up in each of eight lanes, `offsets` taken off.
#[inline(always)]
fn quads<K: Blocks256, const WIDE: bool>(s: Avx2, codes: __m256i, y: __m256i, offsets: __m256i) -> __m256i {
    if K::LEAST {
        return signed::quads::<WIDE>(s, codes, y);
    }
    if K::SIGNED {
        return s.multiply_pairs_i16(signed::pairs(s, codes, y), s.set1_i16(1));
    }
    let mut pairs = s.multiply_pairs_u8_i8(codes, y);
    if K::OFFSET != 0 {
        pairs = s.sub_i16(pairs, offsets);
    }
    s.multiply_pairs_i16(pairs, s.set1_i16(1))
}

/// Whether products of signed codes need more than 8 bits.
#[inline(always)]
fn is_wide<K: Blocks256>(s: Avx2, activation: &[Act<K>]) -> bool {
    K::LEAST && signed::any_least(s, activation.iter().map(|block| block.codes()))
}

/// Scales of weights times scales of activations for each 16 weights; with minimums for each 32, and after each scale the
/// minimum times the activation's sum.
#[inline(always)]
fn scales<K: Blocks256>(s: Avx2, chunk: &K::Chunk, a: &[Act<K>; 8]) -> [[f32; 8]; 2] {
    let (first, second) = if K::MINS {
        let (weights, activations) = (K::scales_and_mins(s, chunk), first_halves(s, a));
        (s.mul_f32(weights[0], activations[0]), s.mul_f32(weights[1], activations[1]))
    } else {
        let (weights, activation) = (K::scales(s, chunk), bytemuck::cast(activation_scales(s, a)));
        let low = bytemuck::cast(s.permute_u32(activation, s.load(&[0u32, 0, 1, 1, 2, 2, 3, 3])));
        let high = bytemuck::cast(s.permute_u32(activation, s.load(&[4u32, 4, 5, 5, 6, 6, 7, 7])));
        (s.mul_f32(weights[0], low), s.mul_f32(weights[1], high))
    };
    let mut scales = [[0.0; 8]; 2];
    s.store_f32(&mut scales[0], first);
    s.store_f32(&mut scales[1], second);
    scales
}

/// Adds the products of 256 weights to four running sums, so that none waits for the one before, and those of their
/// minimums to a fifth.
#[inline(always)]
fn add_chunk<K: Blocks256, const WIDE: bool>(
    s: Avx2,
    chunk: &K::Chunk,
    a: &[Act<K>; 8],
    sums: &mut [__m256; 5],
    least: &mut __m256i,
) {
    if K::SIXTEENS || K::MINS {
        // Through memory, whose ports are free, where the compiler would shuffle lanes.
        let Aligned(scales) = black_box(Aligned(scales::<K>(s, chunk, a)));
        let all = scales.as_flattened();
        let _: [(); 8] = unrolled!(8; index => {
            let y = s.load(a[index].codes());
            let integers = quads::<K, WIDE>(s, K::codes(s, chunk, index), y, offsets::<K>(s, y));
            let scale = if K::SIXTEENS {
                s.join_f32(s.set1_f32_128(all[2 * index + 1]), s.set1_f32_128(all[2 * index]))
            } else {
                s.set1_f32(all[2 * index])
            };
            sums[index % 4] = s.fma(s.to_f32(integers), scale, sums[index % 4]);
        });
        if K::MINS {
            for half in &scales {
                // The lanes of scales are left out at the end.
                sums[4] = s.add_f32(sums[4], s.load_f32(half));
            }
        }
        return;
    }
    let _: [(); 8] = unrolled!(8; index => {
        let y = s.load(a[index].codes());
        let integers = if K::LEAST && index % 2 == 1 {
            // Other ports widen than multiply bytes: taken in turns, both are busy.
            signed::widened_lanes(s, K::stored(chunk, index), a[index].codes())
        } else {
            if K::LEAST {
                *least = s.min_i8(*least, y);
            }
            quads::<K, WIDE>(s, K::codes(s, chunk, index), y, offsets::<K>(s, y))
        };
        // Scales are loaded into all lanes: multiplying by both takes less than joining them first.
        let scaled = s.mul_f32(s.to_f32(integers), s.set1_f32(f16_table::get(a[index].d())));
        sums[index % 4] = s.fma(scaled, s.set1_f32(K::scale(chunk, index)), sums[index % 4]);
    });
}

/// `None` where an activation's code turns out to need `WIDE`.
#[inline(always)]
fn dot<K: Blocks256, const WIDE: bool>(s: Avx2, weights: &[Block<K>], activation: &[Act<K>]) -> Option<f32> {
    let (mut sums, mut least) = ([s.zero_f32(); 5], s.zero());
    let chunk_blocks = size_of::<K::Chunk>() / size_of::<Block<K>>();
    let whole = weights.chunks_exact(chunk_blocks);
    let rest = whole.remainder();
    let (activations, rest_activation) = activation.as_chunks::<8>();
    for (chunk, activation) in whole.zip(activations) {
        let chunk: &K::Chunk = bytemuck::from_bytes(cast_slice(chunk));
        add_chunk::<K, WIDE>(s, chunk, activation, &mut sums, &mut least);
    }
    if !rest.is_empty() {
        add_chunk::<K, WIDE>(s, &padded(rest), &padded(rest_activation), &mut sums, &mut least);
    }
    if K::LEAST && !WIDE && signed::is_least(s, least) {
        return None;
    }
    let sum = s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3]));
    let mins = s.blend_f32::<0xaa>(s.zero_f32(), sums[4]);
    Some(s.sum_f32(if K::MINS { s.add_f32(sum, mins) } else { sum }))
}

#[inline(always)]
fn matvec<K: Blocks256, const WIDE: bool>(s: Avx2, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
    let row_blocks = weights.len() / out.len();
    let chunk_blocks = size_of::<K::Chunk>() / size_of::<Block<K>>();
    let (whole, rest) = activation.as_chunks::<8>();
    // What is left of a row is the end of its last whole chunk: nothing is copied.
    let last = activation.last_chunk::<8>().filter(|_| !rest.is_empty()).map(|last| (last, 8 - rest.len()..8));
    let ahead = Ahead::new(weights, row_blocks, 8);
    for (group, out) in out.chunks_mut(8).enumerate() {
        let rows = &weights[8 * group * row_blocks..][..out.len() * row_blocks];
        // Rows that are missing from the last eight are the last one again.
        let rows: [&[Block<K>]; 8] = unrolled!(8; row => &rows[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
        let mut sum = s.zero_f32();
        for (index, a) in whole.iter().enumerate() {
            for row in 8 * group..8 * group + 8 {
                ahead.fetch(row, index * chunk_blocks, chunk_blocks);
            }
            let chunks: [&K::Chunk; 8] = unrolled!(8; row => {
                bytemuck::from_bytes(cast_slice(&rows[row][index * chunk_blocks..][..chunk_blocks]))
            });
            sum = rows_of_chunk::<K, WIDE>(s, chunks, a, 0..8, sum);
        }
        if let Some((last, blocks)) = &last {
            let chunks: [&K::Chunk; 8] = unrolled!(8; row => {
                bytemuck::from_bytes(cast_slice(&rows[row][row_blocks - chunk_blocks..]))
            });
            sum = rows_of_chunk::<K, WIDE>(s, chunks, last, blocks.clone(), sum);
        } else if !rest.is_empty() {
            let mut chunks = [K::Chunk::zeroed(); 8];
            for (row, chunk) in chunks.iter_mut().enumerate() {
                *chunk = padded(&rows[row][whole.len() * chunk_blocks..]);
            }
            sum = rows_of_chunk::<K, WIDE>(s, chunks.each_ref(), &padded(rest), 0..rest.len(), sum);
        }
        let all: [f32; 8] = bytemuck::cast(sum);
        out.copy_from_slice(&all[..out.len()]);
    }
}

/// Adds the products of some of 256 weights of eight rows with those blocks of an activation.
#[inline(always)]
fn rows_of_chunk<K: Blocks256, const WIDE: bool>(
    s: Avx2,
    rows: [&K::Chunk; 8],
    a: &[Act<K>; 8],
    blocks: Range<usize>,
    mut sum: __m256,
) -> __m256 {
    let scales = turned_scales::<K>(s, rows);
    let mins = if K::MINS { turned_mins::<K>(s, rows) } else { [s.zero(); 8] };
    let Aligned(of_activation): Aligned<[f32; 8]> = black_box(Aligned(bytemuck::cast(activation_scales(s, a))));
    let mut sums_of_activation = Aligned([0.0; 8]);
    if K::MINS {
        sums_of_activation = black_box(Aligned(bytemuck::cast(activation_sums(s, a))));
    }
    for index in blocks {
        let y = s.load(a[index].codes());
        let offsets = offsets::<K>(s, y);
        let mut integers = [s.zero(); 8];
        for (integers, row) in integers.iter_mut().zip(rows) {
            *integers = quads::<K, WIDE>(s, K::codes(s, row, index), y, offsets);
        }
        let scale = s.set1_f32(of_activation[index]);
        if K::SIXTEENS {
            for (half, integers) in half_sums(s, &integers).into_iter().enumerate() {
                let scales = bytemuck::cast(scales[2 * index + half]);
                sum = s.fma(s.to_f32(integers), s.mul_f32(scales, scale), sum);
            }
            continue;
        }
        let scales = bytemuck::cast(scales[index]);
        sum = s.fma(s.to_f32(self::sums(s, &integers)), s.mul_f32(scales, scale), sum);
        if K::MINS {
            sum = s.fma(bytemuck::cast(mins[index]), s.set1_f32(sums_of_activation.0[index]), sum);
        }
    }
    sum
}

/// Scales of eight rows, a register each 32 or 16 weights.
#[inline(always)]
fn turned_scales<K: Blocks256>(s: Avx2, rows: [&K::Chunk; 8]) -> [__m256i; 16] {
    let mut scales = [[s.zero(); 8]; 2];
    for (lane, row) in rows.into_iter().enumerate() {
        let [first, second] = K::scales(s, row);
        scales[0][lane] = bytemuck::cast(first);
        scales[1][lane] = bytemuck::cast(second);
    }
    let mut turned = [s.zero(); 16];
    for half in 0..if K::SIXTEENS { 2 } else { 1 } {
        turned[8 * half..][..8].copy_from_slice(&transpose(s, &scales[half]));
    }
    turned
}

/// Minimums of eight rows, a register each 32 weights.
#[inline(always)]
fn turned_mins<K: Blocks256>(s: Avx2, rows: [&K::Chunk; 8]) -> [__m256i; 8] {
    let mut mins = [s.zero(); 8];
    for (mins, row) in mins.iter_mut().zip(rows) {
        *mins = bytemuck::cast(K::mins(s, row));
    }
    transpose(s, &mins)
}

impl<K: Blocks256> SimdKernel<Avx2> for Blocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
        let usual = dot::<K, false>(s, weights, activation);
        if K::LEAST && usual.is_none() {
            return dot::<K, true>(s, weights, activation).unwrap_or(f32::NAN);
        }
        usual.unwrap_or(f32::NAN)
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
        if is_wide::<K>(s, activation) {
            matvec::<K, true>(s, weights, activation, out);
        } else {
            matvec::<K, false>(s, weights, activation, out);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Block<K>], activations: &[Act<K>], shape: MatmulShape, out: &mut [f32]) {
        matmul::<Self, Avx2, 8, 3>(s, weights, activations, shape, out);
    }
}

/// 256 weights of eight rows, turned so that a lane is a row.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Four codes of each row; of signed ones two, as 16-bit numbers.
    codes: [[[u8; 4]; 8]; 128],
    /// Scales of 32 weights, or of 16.
    scales: [[f32; 8]; 16],
    mins: [[f32; 8]; 8],
}

/// 256 numbers of an activation.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Column {
    codes: [[[i8; 4]; 8]; 8],
    /// The codes again, where weights have signs.
    wide: [[[i16; 2]; 16]; 8],
    scales: [f32; 8],
    sums: [f32; 8],
    /// What the offset of the weights' codes adds to the products of 16 activations.
    offsets: [i32; 16],
    /// Blocks that are there; the others are 0.
    blocks: u64,
}

impl<K: Blocks256> Panels<Avx2, 8> for Blocks<K> {
    type Block = Block<K>;
    type Activation = Act<K>;
    type Panel = Panel;
    type Column = Column;

    const BLOCKS: usize = size_of::<K::Chunk>() / size_of::<Block<K>>();
    const PANELS: usize = 2;

    #[inline(always)]
    fn column(s: Avx2, activation: &[Act<K>]) -> Column {
        let mut all = [Act::<K>::zeroed(); 8];
        all[..activation.len()].copy_from_slice(activation);
        let mut column = Column::zeroed();
        s.store_f32(&mut column.scales, activation_scales(s, &all));
        s.store_f32(&mut column.sums, activation_sums(s, &all));
        for (index, block) in all.iter().enumerate() {
            let codes = block.codes();
            column.codes[index] = bytemuck::cast(*codes);
            if K::SIGNED {
                for (wide, codes) in column.wide[index].iter_mut().zip(codes.as_chunks::<2>().0) {
                    *wide = codes.map(i16::from);
                }
            }
            if K::OFFSET != 0 {
                let quads = s.multiply_pairs_i16(offsets::<K>(s, s.load(codes)), s.set1_i16(1));
                let halves: [[i32; 4]; 2] = bytemuck::cast(quads);
                for (offset, [a, b, c, d]) in column.offsets[2 * index..][..2].iter_mut().zip(halves) {
                    *offset = -(a + b + c + d);
                }
            }
        }
        column.blocks = activation.len() as u64;
        column
    }

    #[inline(always)]
    fn panel(s: Avx2, rows: [&[Block<K>]; 8], panel: &mut Panel) {
        let mut chunks = [K::Chunk::zeroed(); 8];
        for (chunk, row) in chunks.iter_mut().zip(rows) {
            *chunk = padded(row);
        }
        for index in 0..8 {
            let mut codes = [s.zero(); 8];
            for (codes, chunk) in codes.iter_mut().zip(&chunks) {
                *codes = K::codes(s, chunk, index);
            }
            for (step, turned) in transpose(s, &codes).into_iter().enumerate() {
                let step = 8 * index + step;
                if K::SIGNED {
                    let [first, second] = &mut panel.codes.as_chunks_mut::<2>().0[step];
                    let pairs = signed::widened(s, turned);
                    s.store(first, pairs[0]);
                    s.store(second, pairs[1]);
                } else {
                    s.store(&mut panel.codes[step], turned);
                }
            }
        }
        for (panel, scales) in panel.scales.iter_mut().zip(turned_scales::<K>(s, chunks.each_ref())) {
            s.store(panel, scales);
        }
        if K::MINS {
            for (panel, mins) in panel.mins.iter_mut().zip(turned_mins::<K>(s, chunks.each_ref())) {
                s.store(panel, mins);
            }
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx2,
        panels: [&Panel; R],
        columns: [&Column; C],
        sums: &mut [[__m256; C]; R],
    ) {
        let parts = if K::SIXTEENS { 2 } else { 1 };
        for block in 0..columns[0].blocks as usize {
            for part in 0..parts {
                let mut integers = [[s.zero(); C]; R];
                for c in 0..C {
                    let offsets = &columns[c].offsets[2 * block..];
                    let offset = if K::SIXTEENS { offsets[part] } else { offsets[0] + offsets[1] };
                    for r in 0..R {
                        integers[r][c] = s.set1_i32(offset);
                    }
                }
                if K::SIGNED {
                    for step in 0..16 {
                        let mut codes = [s.zero(); R];
                        for r in 0..R {
                            codes[r] = s.load(&panels[r].codes[16 * block + step]);
                        }
                        for c in 0..C {
                            let y = s.set1_i32(bytemuck::cast(columns[c].wide[block][step]));
                            for r in 0..R {
                                integers[r][c] = s.add_i32(integers[r][c], s.multiply_pairs_i16(codes[r], y));
                            }
                        }
                    }
                } else {
                    // Pairs of products are added up in 16 bits while they are sure to fit.
                    let fit = const { if 32768 / (256 * K::TOP) < 8 { 4 } else { 8 } }.min(8 / parts);
                    const { assert!(K::SIGNED || 4 * 256 * K::TOP <= 32768) };
                    for first in (part * 8 / parts..(part + 1) * 8 / parts).step_by(fit) {
                        let mut products = [[s.zero(); C]; R];
                        for step in first..first + fit {
                            let mut codes = [s.zero(); R];
                            for r in 0..R {
                                codes[r] = s.load(&panels[r].codes[8 * block + step]);
                            }
                            for c in 0..C {
                                let y = s.set1_i32(bytemuck::cast(columns[c].codes[block][step]));
                                for r in 0..R {
                                    let pairs = s.multiply_pairs_u8_i8(codes[r], y);
                                    products[r][c] =
                                        if step == first { pairs } else { s.add_i16(products[r][c], pairs) };
                                }
                            }
                        }
                        for r in 0..R {
                            for c in 0..C {
                                let quads = s.multiply_pairs_i16(products[r][c], s.set1_i16(1));
                                integers[r][c] = s.add_i32(integers[r][c], quads);
                            }
                        }
                    }
                }
                for r in 0..R {
                    let scales = s.load_f32(&panels[r].scales[block * parts + part]);
                    for c in 0..C {
                        let scales = s.mul_f32(scales, s.set1_f32(columns[c].scales[block]));
                        sums[r][c] = s.fma(s.to_f32(integers[r][c]), scales, sums[r][c]);
                        if K::MINS {
                            let mins = s.load_f32(&panels[r].mins[block]);
                            sums[r][c] = s.fma(mins, s.set1_f32(columns[c].sums[block]), sums[r][c]);
                        }
                    }
                }
            }
        }
    }
}
