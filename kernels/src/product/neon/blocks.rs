//! Blocks with scales of their own times Q8_0 or Q8_1. Four parts of 32 weights, or of 16, at a time, a lane each: those
//! of a row, or the same part of four rows.

use std::arch::aarch64::{float32x4_t, int8x16_t, int32x4_t};
use std::marker::PhantomData;

use crate::activation::of_32::Of32;
use crate::block::{Scaled, WithMin};
use crate::numeric::F16;
use crate::operation::MatmulShape;
use crate::product::tile::matmul;
use crate::scalar::Scalar;
use crate::simd::aarch64::{Neon, Tier};
use crate::simd::enter::SimdKernel;

/// The block of `K`.
pub(super) type Block<K> = <<K as Blocks32>::Scalar as Scalar>::Block;

/// The activation's block of `K`.
pub(super) type Act<K> = <<K as Blocks32>::Scalar as Scalar>::Activation;

/// A format whose blocks are unpacked by Advanced SIMD.
pub(crate) trait Blocks32: Sized + 'static {
    /// The format.
    type Scalar: Scalar<Activation: Of32>;
    /// How scales lie.
    type Scaling: Scaling<Self>;

    /// The largest magnitude of a code.
    const TOP: i32;
    /// Whether codes are unpacked 16 times as large where [`Tier::QUADS`] allows it.
    const TIMES_16: bool = false;

    /// The `index`-th 32 codes of a block.
    fn codes<T: Tier>(t: T, block: &Block<Self>, index: usize) -> [int8x16_t; 2];
}

/// Four parts of blocks, each with a scale of its own: the block, and the part's index in it.
pub(super) type Parts<'a, K> = [(&'a Block<K>, usize); 4];

/// A format whose scales of 32 weights are not 16-bit floats.
pub(crate) trait ScaleOf32: Blocks32 {
    /// The scales of four parts of 32 weights.
    fn scales(s: Neon, parts: [(&Block<Self>, usize); 4]) -> float32x4_t;
}

/// A format with a scale for each 16 weights.
pub(crate) trait ScaleOf16: Blocks32 {
    /// The `index`-th 32 codes: the first eight of each 16, then the last eight.
    fn split<T: Tier>(t: T, block: &Block<Self>, index: usize) -> [int8x16_t; 2];

    /// The scales of four parts of 16 weights.
    fn scales(s: Neon, parts: [(&Block<Self>, usize); 4]) -> float32x4_t;
}

/// Where the scales of a format are, and whether there are minimums.
pub(crate) trait Scaling<K: Blocks32>: 'static {
    /// Scales of 32 weights.
    const PARTS: usize = 1;
    /// Whether there are minimums.
    const MINS: bool = false;

    /// The scales of four parts.
    fn scales(s: Neon, parts: Parts<'_, K>) -> float32x4_t;

    /// The minimum of a block; 0 without [`Self::MINS`].
    #[inline(always)]
    fn min(_: &Block<K>) -> F16 {
        F16::from_bits(0)
    }

    /// Adds the products of four parts of 32 weights, a lane each, to the first sum, and those of their minimums to the
    /// second.
    #[inline(always)]
    fn add_four<T: Tier>(t: T, parts: Parts<'_, K>, a: [&Act<K>; 4], sums: &mut [float32x4_t; 2]) {
        let s = t.neon();
        let mut integers = [s.set1_i32(0); 4];
        for (lane, (block, index)) in parts.into_iter().enumerate() {
            [integers[lane], _] = products::<K, T>(t, block, index, a[lane]);
        }
        let scales = s.mul_f32(Self::scales(s, parts), s.halves(a.map(|a| a.d())));
        sums[0] = s.fma(sums[0], to_f32::<K, T>(t, s.sums_of_four(integers)), scales);
        if Self::MINS {
            let mins = s.halves(parts.map(|(block, _)| Self::min(block)));
            sums[1] = s.fma(sums[1], mins, s.halves(a.map(|a| a.s())));
        }
    }
}

/// The kernels of a format in blocks.
pub(crate) struct Blocks<K>(PhantomData<K>);

/// Blocks of activations a block of weights.
pub(super) const fn ratio<K: Blocks32>() -> usize {
    <Block<K> as crate::block::Block>::LEN / 32
}

/// Integers as numbers, without the factor of codes that are unpacked 16 times as large.
#[inline(always)]
pub(super) fn to_f32<K: Blocks32, T: Tier>(t: T, a: int32x4_t) -> float32x4_t {
    if K::TIMES_16 && T::QUADS { t.neon().fraction_to_f32::<4>(a) } else { t.neon().to_f32(a) }
}

/// Partial sums of the products of 32 weights: two lanes for each 16.
#[inline(always)]
fn split_products<K: ScaleOf16, T: Tier>(t: T, block: &Block<K>, index: usize, a: &Act<K>) -> int32x4_t {
    let s = t.neon();
    let y = a.codes().as_chunks::<16>().0;
    let y = [s.load_i8(&y[0]), s.load_i8(&y[1])];
    let y = [s.low_halves_i8(y[0], y[1]), s.high_halves_i8(y[0], y[1])];
    // Each lane is the sum of four products side by side.
    t.add_dot(s.set1_i32(0), K::TOP, K::split(t, block, index), y)
}

/// Partial sums of the products of 32 weights; with a scale for each 16 weights those of each 16.
#[inline(always)]
fn products<K: Blocks32, T: Tier>(t: T, block: &Block<K>, index: usize, a: &Act<K>) -> [int32x4_t; 2] {
    let s = t.neon();
    let codes = K::codes(t, block, index);
    let y = a.codes().as_chunks::<16>().0;
    let y = [s.load_i8(&y[0]), s.load_i8(&y[1])];
    let zero = s.set1_i32(0);
    if K::Scaling::PARTS == 2 {
        [t.add_dot(zero, K::TOP, [codes[0]], [y[0]]), t.add_dot(zero, K::TOP, [codes[1]], [y[1]])]
    } else {
        [t.add_dot(zero, K::TOP, codes, y), zero]
    }
}

/// A 16-bit float for each block.
pub(crate) struct Half;

impl<K: Blocks32> Scaling<K> for Half
where
    Block<K>: Scaled,
{
    #[inline(always)]
    fn scales(s: Neon, parts: Parts<'_, K>) -> float32x4_t {
        s.halves(parts.map(|(block, _)| block.d()))
    }
}

/// A 16-bit float for each block, and a minimum.
pub(crate) struct HalfWithMin;

impl<K: Blocks32> Scaling<K> for HalfWithMin
where
    Block<K>: WithMin,
{
    const MINS: bool = true;

    #[inline(always)]
    fn scales(s: Neon, parts: Parts<'_, K>) -> float32x4_t {
        s.halves(parts.map(|(block, _)| block.d()))
    }

    #[inline(always)]
    fn min(block: &Block<K>) -> F16 {
        block.min()
    }
}

/// For each 32 weights a number of another type, which the format decodes.
pub(crate) struct Each32;

impl<K: ScaleOf32> Scaling<K> for Each32 {
    #[inline(always)]
    fn scales(s: Neon, parts: Parts<'_, K>) -> float32x4_t {
        K::scales(s, parts)
    }
}

/// For each 16 weights a number of another type, which the format decodes.
pub(crate) struct Each16;

impl<K: ScaleOf16> Scaling<K> for Each16 {
    const PARTS: usize = 2;

    #[inline(always)]
    fn scales(s: Neon, parts: Parts<'_, K>) -> float32x4_t {
        K::scales(s, parts)
    }

    #[inline(always)]
    fn add_four<T: Tier>(t: T, parts: Parts<'_, K>, a: [&Act<K>; 4], sums: &mut [float32x4_t; 2]) {
        let s = t.neon();
        for half in 0..2 {
            let [(first, i), (second, j)] = [parts[2 * half], parts[2 * half + 1]];
            let parts = [(first, 2 * i), (first, 2 * i + 1), (second, 2 * j), (second, 2 * j + 1)];
            let [c, e] = [a[2 * half], a[2 * half + 1]];
            let scales = s.mul_f32(K::scales(s, parts), s.halves([c.d(), c.d(), e.d(), e.d()]));
            let integers = if T::QUADS {
                s.add_neighbours_i32(split_products::<K, T>(t, first, i, c), split_products::<K, T>(t, second, j, e))
            } else {
                let (first, second) = (products::<K, T>(t, first, i, c), products::<K, T>(t, second, j, e));
                s.sums_of_four([first[0], first[1], second[0], second[1]])
            };
            sums[0] = s.fma(sums[0], to_f32::<K, T>(t, integers), scales);
        }
    }
}

/// Rows that are multiplied at once.
const ROWS: usize = 4;

impl<K: Blocks32, T: Tier> SimdKernel<T> for Blocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(t: T, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
        let s = t.neon();
        let mut sums = [s.set1_f32(0.0); 2];
        let part = |at: usize| (&weights[at / ratio::<K>()], at % ratio::<K>());
        let (whole, rest) = activation.as_chunks::<4>();
        if ratio::<K>() == 1 {
            for (blocks, a) in weights.as_chunks::<4>().0.iter().zip(whole) {
                K::Scaling::add_four(t, blocks.each_ref().map(|block| (block, 0)), a.each_ref(), &mut sums);
            }
        } else if ratio::<K>() == 2 {
            for (blocks, a) in weights.as_chunks::<2>().0.iter().zip(whole) {
                let [first, second] = blocks.each_ref();
                K::Scaling::add_four(t, [(first, 0), (first, 1), (second, 0), (second, 1)], a.each_ref(), &mut sums);
            }
        } else {
            for (block, a) in weights.iter().zip(whole) {
                K::Scaling::add_four(t, [0, 1, 2, 3].map(|index| (block, index)), a.each_ref(), &mut sums);
            }
        }
        if !rest.is_empty() {
            // Missing lanes repeat the first one, times 0.
            let zero = <Act<K> as bytemuck::Zeroable>::zeroed();
            let (mut parts, mut a) = ([part(4 * whole.len()); 4], [&zero; 4]);
            for (lane, block) in rest.iter().enumerate() {
                (parts[lane], a[lane]) = (part(4 * whole.len() + lane), block);
            }
            let mut last = [s.set1_f32(0.0); 2];
            K::Scaling::add_four(t, parts, a, &mut last);
            // Scales of 16 weights are finite, so their products with 0 are 0 without masking.
            for lane in if K::Scaling::PARTS == 2 { 4 } else { rest.len() }..4 {
                last = last.map(|numbers| without_lane(s, numbers, lane));
            }
            sums = [s.add_f32(sums[0], last[0]), s.add_f32(sums[1], last[1])];
        }
        s.sum_f32(if K::Scaling::MINS { s.add_f32(sums[0], sums[1]) } else { sums[0] })
    }

    #[inline(always)]
    fn matvec(t: T, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
        let s = t.neon();
        let row_blocks = weights.len() / out.len();
        for (out, rows) in out.chunks_mut(ROWS).zip(weights.chunks(ROWS * row_blocks)) {
            // The last row stands in for rows that the last four lack.
            let last = out.len() - 1;
            let of_rows = [0, 1, 2, 3].map(|row: usize| &rows[row.min(last) * row_blocks..][..row_blocks]);
            let mut sum = s.set1_f32(0.0);
            for (at, a) in activation.chunks_exact(ratio::<K>()).enumerate() {
                let blocks = of_rows.map(|row| &row[at]);
                for (index, a) in a.iter().enumerate() {
                    sum = add_rows::<K, T>(t, blocks, index, a, sum);
                }
            }
            let all = s.lanes_f32(sum);
            out.copy_from_slice(&all[..out.len()]);
        }
    }

    #[inline(always)]
    fn matmul(t: T, weights: &[Block<K>], activations: &[Act<K>], shape: MatmulShape, out: &mut [f32]) {
        matmul::<Self, T, 4, 4>(t, weights, activations, shape, out);
    }
}

/// Adds the products of 32 weights of four rows, a lane each.
#[inline(always)]
fn add_rows<K: Blocks32, T: Tier>(
    t: T,
    rows: [&Block<K>; 4],
    index: usize,
    a: &Act<K>,
    mut sum: float32x4_t,
) -> float32x4_t {
    let s = t.neon();
    let integers = rows.map(|row| products::<K, T>(t, row, index, a));
    let d = s.half(a.d());
    let parts = K::Scaling::PARTS;
    for part in 0..parts {
        let scales = s.times_f32(K::Scaling::scales(s, rows.map(|row| (row, parts * index + part))), d);
        let integers = s.sums_of_four(integers.map(|integers| integers[part]));
        sum = s.fma(sum, to_f32::<K, T>(t, integers), scales);
    }
    if K::Scaling::MINS {
        sum = s.fma_n(sum, s.halves(rows.map(K::Scaling::min)), s.half(a.s()));
    }
    sum
}

/// 0 in a lane.
#[inline(always)]
fn without_lane(s: Neon, a: float32x4_t, lane: usize) -> float32x4_t {
    let mut lanes = s.lanes_f32(a);
    lanes[lane] = 0.0;
    s.load_f32(&lanes)
}
