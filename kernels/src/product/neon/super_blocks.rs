//! Super-blocks of 256 weights times Q8_K.

use std::arch::aarch64::{float32x4_t, int8x16_t, int16x8_t, int32x4_t};
use std::marker::PhantomData;

use crate::activation::q8_k;
use crate::block::{Scaled, WithMin};
use crate::numeric::F16;
use crate::operation::MatmulShape;
use crate::product::tile::matmul;
use crate::scalar::Scalar;
use crate::simd::aarch64::{Neon, Tier};
use crate::simd::enter::SimdKernel;

/// The weights that a scale belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scaling {
    Sixteens,
    ThirtyTwos,
    /// One scale for all.
    None,
}

/// The block of `K`.
pub(super) type Block<K> = <<K as SuperBlock>::Scalar as Scalar>::Block;

/// A format whose super-blocks are unpacked by Advanced SIMD.
pub(crate) trait SuperBlock: Sized + 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block, Block: Scaled>;
    /// What is added to products of codes, or subtracted.
    type Kind: Kind<Self>;

    /// The largest magnitude of a code.
    const TOP: i32;
    /// How scales are applied.
    const SCALING: Scaling;
    /// Products, but not minimums, are multiplied by 2^-this besides the scales.
    const FRACTION: i32 = 0;
    /// Products of codes are multiplied by 2^this before offsets are added.
    const SHIFT: i32 = 0;

    /// Whether codes are gathered from a codebook with signs, which leaves too few registers to load activations in
    /// pairs.
    const GATHERED: bool = false;

    /// The codes of a half in order.
    fn codes<T: Tier>(t: T, block: &Block<Self>, half: usize) -> [int8x16_t; 8];

    /// The scales of sub-blocks in order; of sub-blocks of 32 there are eight.
    fn scales(s: Neon, block: &Block<Self>) -> [int16x8_t; 2];
}

/// A format whose codes have an offset, which sums of activations correct.
pub(crate) trait OffsetBlock: SuperBlock {
    /// The factors of the sums of each 16 activations, whose products are added, given the scales.
    fn offsets(s: Neon, block: &Block<Self>, scales: [int16x8_t; 2]) -> [int16x8_t; 2];
}

/// A format with minimums.
pub(crate) trait MinsBlock: SuperBlock {
    /// The factors of the sums of activations of each sub-block, whose products are subtracted.
    fn mins(s: Neon, block: &Block<Self>) -> [int16x8_t; 2];
}

/// What is added to the products of a format's codes, or subtracted.
pub(crate) trait Kind<K: SuperBlock>: 'static {
    /// Whether something is added for the offset of codes.
    const OFFSETS: bool = false;
    /// Whether minimums are subtracted.
    const MINS: bool = false;

    /// See [`OffsetBlock::offsets`]; 0 without [`Self::OFFSETS`].
    #[inline(always)]
    fn offsets(s: Neon, _: &Block<K>, _scales: [int16x8_t; 2]) -> [int16x8_t; 2] {
        [s.set1_i16(0); 2]
    }

    /// See [`MinsBlock::mins`]; 0 without [`Self::MINS`].
    #[inline(always)]
    fn mins(s: Neon, _: &Block<K>) -> [int16x8_t; 2] {
        [s.set1_i16(0); 2]
    }

    /// The scale of the minimums; 0 without [`Self::MINS`].
    #[inline(always)]
    fn dmin(_: &Block<K>) -> F16 {
        F16::from_bits(0)
    }
}

/// Products are all.
pub(crate) struct Plain;

impl<K: SuperBlock> Kind<K> for Plain {}

/// Codes have an offset.
pub(crate) struct WithOffsets;

impl<K: OffsetBlock> Kind<K> for WithOffsets {
    const OFFSETS: bool = true;

    #[inline(always)]
    fn offsets(s: Neon, block: &Block<K>, scales: [int16x8_t; 2]) -> [int16x8_t; 2] {
        K::offsets(s, block, scales)
    }
}

/// Sub-blocks have minimums.
pub(crate) struct WithMins;

impl<K: MinsBlock> Kind<K> for WithMins
where
    Block<K>: WithMin,
{
    const MINS: bool = true;

    #[inline(always)]
    fn mins(s: Neon, block: &Block<K>) -> [int16x8_t; 2] {
        K::mins(s, block)
    }

    #[inline(always)]
    fn dmin(block: &Block<K>) -> F16 {
        block.min()
    }
}

/// The kernels of a format in super-blocks.
pub(crate) struct SuperBlocks<K>(PhantomData<K>);

/// The sum of products of 16 pairs.
#[inline(always)]
fn sum_of_products(s: Neon, a: [int16x8_t; 2], b: [int16x8_t; 2]) -> int32x4_t {
    let sum = s.add_products_high_i16(products_of_eight(s, a[0], b[0]), a[1], b[1]);
    s.add_products_low_i16(sum, s.low_half_i16(a[1]), s.low_half_i16(b[1]))
}

/// The sum of products of 8 pairs.
#[inline(always)]
fn products_of_eight(s: Neon, a: int16x8_t, b: int16x8_t) -> int32x4_t {
    s.add_products_high_i16(s.multiply_low_i16(s.low_half_i16(a), s.low_half_i16(b)), a, b)
}

/// The sums of each 16 activations.
#[inline(always)]
fn sums_of_activations(s: Neon, a: &q8_k::Block) -> [int16x8_t; 2] {
    let [first, second] = bytemuck::cast_ref::<_, [[u8; 16]; 2]>(&a.bsums);
    [s.load_i16(first), s.load_i16(second)]
}

/// Eight scales as factors of products.
#[inline(always)]
fn wide(s: Neon, scales: int16x8_t) -> [int32x4_t; 2] {
    [s.made(s.extend_i16(s.low_half_i16(scales))), s.made(s.extend_high_i16(scales))]
}

/// Runs a statement for each of some constants.
macro_rules! each {
    ($name:ident in [$($value:literal)+] $body:block) => {
        $({
            const $name: usize = $value;
            $body
        })+
    };
}

/// Partial sums of the products of codes, scales and activations, and of the products of minimums and activations.
#[inline(always)]
fn integers<K: SuperBlock, T: Tier>(t: T, block: &Block<K>, a: &q8_k::Block) -> [int32x4_t; 2] {
    let s = t.neon();
    let scales = K::scales(s, block);
    let y = if K::GATHERED { &a.qs } else { s.place(&a.qs) }.as_chunks::<16>().0;
    let mut sum = s.set1_i32(0);
    match K::SCALING {
        Scaling::Sixteens => {
            each!(HALF in [0 1] {
                let codes = K::codes(t, block, HALF);
                let scales = wide(s, scales[HALF]);
                each!(AT in [0 1 2 3 4 5 6 7] {
                    let products = t.add_dot(s.set1_i32(0), K::TOP, [codes[AT]], [s.load_i8(&y[8 * HALF + AT])]);
                    sum = s.multiply_add_lane_i32(sum, products, scales[AT / 4], AT % 4);
                });
            });
        }
        Scaling::ThirtyTwos => {
            let scales = wide(s, scales[0]);
            each!(HALF in [0 1] {
                let codes = K::codes(t, block, HALF);
                each!(AT in [0 1 2 3] {
                    let y = [s.load_i8(&y[8 * HALF + 2 * AT]), s.load_i8(&y[8 * HALF + 2 * AT + 1])];
                    let products = t.add_dot(s.set1_i32(0), K::TOP, [codes[2 * AT], codes[2 * AT + 1]], y);
                    sum = s.multiply_add_lane_i32(sum, products, scales[HALF], AT);
                });
            });
        }
        Scaling::None => {
            each!(HALF in [0 1] {
                let y = &y.as_chunks::<8>().0[HALF];
                sum = t.add_dot(sum, K::TOP, K::codes(t, block, HALF), y.each_ref().map(|y| s.load_i8(y)));
            });
        }
    }
    if K::SHIFT == 3 {
        sum = s.shift_left_i32::<3>(sum);
    }
    if K::Kind::OFFSETS {
        sum = s.add_i32(sum, sum_of_products(s, K::Kind::offsets(s, block, scales), sums_of_activations(s, a)));
    }
    if !K::Kind::MINS {
        return [sum, s.set1_i32(0)];
    }
    let (mins, sums) = (K::Kind::mins(s, block), sums_of_activations(s, a));
    let mins = match K::SCALING {
        Scaling::ThirtyTwos => products_of_eight(s, mins[0], s.add_neighbours_i16(sums[0], sums[1])),
        _ => sum_of_products(s, mins, sums),
    };
    [sum, mins]
}

/// Integers as numbers, times the factor of the format.
#[inline(always)]
pub(super) fn to_f32<K: SuperBlock>(s: Neon, a: int32x4_t) -> float32x4_t {
    match K::FRACTION {
        2 => s.fraction_to_f32::<2>(a),
        3 => s.fraction_to_f32::<3>(a),
        _ => s.to_f32(a),
    }
}

impl<K: SuperBlock, T: Tier> SimdKernel<T> for SuperBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(t: T, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
        let s = t.neon();
        let mut sum = s.set1_f32(0.0);
        for (block, a) in weights.iter().zip(activation) {
            let [mut codes, mins] = integers::<K, T>(t, block, a);
            if K::Kind::OFFSETS {
                // Products and offsets are large and nearly cancel, but only in the sum of all lanes, which must be
                // formed before rounding.
                codes = s.sum_everywhere_i32(codes);
            }
            let d = a.d.to_f32();
            sum = s.fma_n(sum, to_f32::<K>(s, codes), s.half(block.d()) * d);
            if K::Kind::MINS {
                sum = s.fnma_n(sum, s.to_f32(mins), s.half(K::Kind::dmin(block)) * d);
            }
        }
        if K::Kind::OFFSETS { s.first_f32(sum) } else { s.sum_f32(sum) }
    }

    #[inline(always)]
    fn matvec(t: T, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
        let s = t.neon();
        let row_blocks = activation.len();
        for (out, rows) in out.chunks_mut(4).zip(weights.chunks(4 * row_blocks)) {
            // The last row stands in for rows that the last four lack.
            let last = out.len() - 1;
            let of_rows = [0, 1, 2, 3].map(|row: usize| &rows[row.min(last) * row_blocks..][..row_blocks]);
            let mut sum = s.set1_f32(0.0);
            for (at, a) in activation.iter().enumerate() {
                let blocks = of_rows.map(|row| &row[at]);
                let integers = blocks.map(|block| integers::<K, T>(t, block, a));
                let codes = s.sums_of_four(integers.map(|[codes, _]| codes));
                let d = a.d.to_f32();
                sum = s.fma(sum, to_f32::<K>(s, codes), s.times_f32(s.halves(blocks.map(|block| block.d())), d));
                if K::Kind::MINS {
                    let mins = s.sums_of_four(integers.map(|[_, mins]| mins));
                    sum = s.fnma(sum, s.to_f32(mins), s.times_f32(s.halves(blocks.map(K::Kind::dmin)), d));
                }
            }
            let all = s.lanes_f32(sum);
            out.copy_from_slice(&all[..out.len()]);
        }
    }

    #[inline(always)]
    fn matmul(t: T, weights: &[Block<K>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        matmul::<Self, T, 4, 4>(t, weights, activations, shape, out);
    }
}
