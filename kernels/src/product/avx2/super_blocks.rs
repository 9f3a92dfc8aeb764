//! Super-blocks of 256 weights times Q8_K.

use std::arch::x86_64::{__m128, __m128i, __m256i};
use std::hint::black_box;
use std::marker::PhantomData;

use bytemuck::cast_slice;

use super::halves::{eight, four};
use super::signed;
use super::transpose::{sums, sums_of_four};
use crate::activation::q8_k;
use crate::numeric::F16;
use crate::operation::MatmulShape;
use crate::product::registers_256::Registers256;
use crate::product::tile::matmul;
use crate::scalar::{Scalar, dequantize_row};
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Ahead, Aligned, Avx2};

/// How codes meet the scales of their sub-blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scaling {
    /// Codes are at most 128, none negative, so that pairs of products fit 16 bits.
    Pairs,
    /// Codes are signed, none below -127, and fit 16 bits when they are multiplied by their scales.
    Signed,
    /// As `Pairs`, with one scale for all.
    None,
}

/// Integers that belong to sub-blocks of 16, in order.
pub(crate) struct Scales {
    /// What products of codes are multiplied by; whatever with [`Scaling::None`].
    pub(crate) scales: __m256i,
    /// What sums of activations are multiplied by, and then subtracted; whatever without minimums.
    pub(crate) mins: __m256i,
}

/// The block of `K`.
pub(crate) type Block<K> = <<K as SuperBlock>::Scalar as Scalar>::Block;

/// A format whose super-blocks are unpacked by AVX2.
pub(crate) trait SuperBlock: Sized + 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block>;

    /// What is to be subtracted from the unpacked codes; 0 where they are signed.
    const OFFSET: i16;
    /// How scales are applied.
    const SCALING: Scaling;
    /// The largest code.
    const TOP: i32;
    /// Whether there are minimums.
    const MINS: bool = false;
    /// What products are multiplied by besides the scales.
    const FACTOR: f32 = 1.0;

    /// Codes in order, [`Self::OFFSET`] added.
    fn codes(s: Avx2, block: &Block<Self>) -> [__m256i; 8];

    /// Lanes whose sum is that of codes times scales times activations.
    #[inline(always)]
    fn products(s: Avx2, block: &Block<Self>, a: &q8_k::Block, scales: __m256i, each: &[[u8; 32]; 4]) -> __m256i {
        products::<Self>(s, block, a, scales, each)
    }

    /// Scales and minimums.
    fn scales(s: Avx2, block: &Block<Self>) -> Scales;

    /// Decodes whole rows.
    #[inline(always)]
    fn dequantize(_: Avx2, blocks: &[Block<Self>], out: &mut [f32]) {
        dequantize_row::<Self::Scalar, f32>(cast_slice(blocks), out);
    }

    /// What the sums of 16 activations are multiplied by to take [`Self::OFFSET`] back, given the scales.
    #[inline(always)]
    fn offsets(s: Avx2, _: &Block<Self>, scales: __m256i) -> __m256i {
        let offset = s.set1_i16(-Self::OFFSET);
        if Self::SCALING == Scaling::None { offset } else { s.mul_i16(scales, offset) }
    }

    /// The scale of the scales.
    fn d(block: &Block<Self>) -> F16;

    /// The scale of the minimums.
    #[inline(always)]
    fn dmin(_: &Block<Self>) -> F16 {
        F16::from_bits(0)
    }
}

/// The kernels of a format in super-blocks.
pub(crate) struct SuperBlocks<K>(PhantomData<K>);

/// Lanes whose sum is that of codes times scales times activations, and lanes whose sum is that of the minimums.
#[inline(always)]
fn integers<K: SuperBlock>(s: Avx2, block: &Block<K>, a: &q8_k::Block, each: &[[u8; 32]; 4]) -> (__m256i, __m256i) {
    let Scales { scales, mins } = K::scales(s, block);
    let bsums = s.load(&a.bsums);
    let mut sum = K::products(s, block, a, scales, each);
    if K::OFFSET != 0 && K::SCALING != Scaling::None {
        sum = s.add_i32(sum, s.multiply_pairs_i16(K::offsets(s, block, scales), bsums));
    }
    (sum, if K::MINS { s.multiply_pairs_i16(mins, bsums) } else { s.zero() })
}

/// Lanes whose sum is that of codes times scales times activations; with one scale for all, the offset is taken off.
#[inline(always)]
fn products<K: SuperBlock>(
    s: Avx2,
    block: &Block<K>,
    a: &q8_k::Block,
    scales: __m256i,
    each: &[[u8; 32]; 4],
) -> __m256i {
    let codes = K::codes(s, block);
    let y = a.qs.as_chunks::<32>().0;
    if K::SCALING == Scaling::None {
        const {
            let top = 16 * 128 * (K::TOP + K::OFFSET as i32);
            assert!(K::SCALING as u8 != Scaling::None as u8 || top <= 32767);
        };
        let bsums = s.load(&a.bsums);
        let offsets = if K::OFFSET == 1 { bsums } else { s.mul_i16(bsums, s.set1_i16(K::OFFSET)) };
        let mut pairs = s.sub_i16(s.multiply_pairs_u8_i8(codes[0], s.load(&y[0])), offsets);
        for k in 1..8 {
            pairs = s.add_i16(pairs, s.multiply_pairs_u8_i8(codes[k], s.load(&y[k])));
        }
        return s.multiply_pairs_i16(pairs, s.set1_i16(1));
    }
    let halves = [s.choose_halves::<0x00>(scales, scales), s.choose_halves::<0x11>(scales, scales)];
    let mut sum = s.zero();
    for k in 0..8 {
        let (y, scales) = (s.load(&y[k]), s.shuffle_u8(halves[k / 4], s.load(&each[k % 4])));
        let products = match K::SCALING {
            Scaling::Signed => signed::pairs(s, codes[k], y),
            _ => s.multiply_pairs_u8_i8(codes[k], y),
        };
        sum = s.add_i32(sum, s.multiply_pairs_i16(products, scales));
    }
    sum
}

/// For the k-th 32 codes of a half: the bytes of the scale that belongs to each pair of them.
///
/// Kernels hide it from the compiler, which makes two shuffles of one that it knows.
pub(crate) static EACH_8: [[u8; 32]; 4] = {
    let mut index = [[0; 32]; 4];
    let mut at = 0;
    while at < 128 {
        index[at / 32][at % 32] = (at / 16 * 2 + at % 2) as u8;
        at += 1;
    }
    index
};

/// Adds up the products of each super-block in lanes, which round on their own.
///
/// That suits formats without an offset: one that cancels must do so before anything is rounded.
#[inline(always)]
fn dot_of_lanes<K: SuperBlock>(s: Avx2, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
    let each = black_box(&EACH_8);
    let mut sums = [s.zero_f32(); 2];
    for (w, a) in weights.iter().zip(activation) {
        let (codes, mins) = integers::<K>(s, w, a, each);
        // Through memory, from where a number is loaded into all lanes by ports that are free.
        let packed = black_box(u64::from(K::d(w).to_bits()) | u64::from(K::dmin(w).to_bits()) << 16);
        let factors = s.mul_f32_128(s.halves_to_f32_128(s.load_64(&packed)), s.set1_f32_128(K::FACTOR * a.d.to_f32()));
        let Aligned([d, dmin, _, _]): Aligned<[f32; 4]> = black_box(Aligned(bytemuck::cast(factors)));
        sums[0] = s.fma(s.to_f32(codes), s.set1_f32(d), sums[0]);
        if K::MINS {
            sums[1] = s.fnma(s.to_f32(mins), s.set1_f32(dmin), sums[1]);
        }
    }
    s.sum_f32(s.add_f32(sums[0], sums[1]))
}

/// How the products of several super-blocks are made.
pub(crate) trait Integers {
    /// The format.
    type Format: SuperBlock;

    /// For each super-block lanes whose sum is that of its products, and lanes whose sum is that of its minimums.
    fn integers<S: Registers256, const N: usize>(
        s: S,
        weights: [&Block<Self::Format>; N],
        activations: [&q8_k::Block; N],
        each: &[[u8; 32]; 4],
    ) -> [[__m256i; N]; 2];
}

impl<K: SuperBlock> Integers for SuperBlocks<K> {
    type Format = K;

    #[inline(always)]
    fn integers<S: Registers256, const N: usize>(
        s: S,
        weights: [&Block<K>; N],
        activations: [&q8_k::Block; N],
        each: &[[u8; 32]; 4],
    ) -> [[__m256i; N]; 2] {
        let s = s.avx2();
        let [mut codes, mut mins] = [[s.zero(); N]; 2];
        // The compiler must not unroll it: what is inside is large.
        for at in 0..black_box(N).min(N) {
            (codes[at], mins[at]) = integers::<K>(s, weights[at], activations[at], each);
        }
        [codes, mins]
    }
}

/// Adds up the products of each super-block as integers.
#[inline(always)]
pub(crate) fn dot_of_integers<F: Integers, S: Registers256>(
    token: S,
    weights: &[Block<F::Format>],
    activation: &[q8_k::Block],
) -> f32 {
    let s = token.avx2();
    let each = black_box(&EACH_8);
    let (whole, rest) = weights.as_chunks::<4>();
    let (whole_activation, rest_activation) = activation.as_chunks::<4>();
    let mut sum = s.zero_f32_128();
    for (w, a) in whole.iter().zip(whole_activation) {
        sum = add_four::<F, S>(token, w, a, each, sum);
    }
    for (w, a) in rest.iter().zip(rest_activation) {
        let [[integers], _] = F::integers(token, [w], [a], each);
        let zero = F16::from_bits(0);
        let integers = sums_of_four(s, &[integers, s.zero(), s.zero(), s.zero()]);
        sum = scaled::<F::Format>(s, integers, [F::Format::d(w), zero, zero, zero], [a.d.to_f32(), 0.0, 0.0, 0.0], sum);
    }
    let lanes: [f32; 4] = bytemuck::cast(sum);
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

/// Adds the products of four super-blocks, a lane each.
#[inline(always)]
fn add_four<F: Integers, S: Registers256>(
    token: S,
    w: &[Block<F::Format>; 4],
    a: &[q8_k::Block; 4],
    each: &[[u8; 32]; 4],
    sum: __m128,
) -> __m128 {
    const { assert!(!F::Format::MINS || F::Format::OFFSET == 0) };
    let [integers, _] = F::integers(token, unrolled!(4; k => &w[k]), unrolled!(4; k => &a[k]), each);
    let (s, d) = (token.avx2(), unrolled!(4; k => F::Format::d(&w[k])));
    scaled::<F::Format>(s, sums_of_four(s, &integers), d, unrolled!(4; k => a[k].d.to_f32()), sum)
}

/// Adds four integers times their scales.
#[inline(always)]
pub(crate) fn scaled<K: SuperBlock>(
    s: Avx2,
    integers: __m128i,
    d: [F16; 4],
    of_activation: [f32; 4],
    sum: __m128,
) -> __m128 {
    let scale = s.mul_f32_128(bytemuck::cast(of_activation), s.set1_f32_128(K::FACTOR));
    s.fma_128(s.to_f32_128(integers), s.mul_f32_128(four(s, d), scale), sum)
}

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
        // Rows that are missing from the last eight are the last one again.
        let rows = unrolled!(8; row => &rows[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
        let mut sum = s.zero_f32();
        for (index, a) in activation.iter().enumerate() {
            for row in 8 * group..8 * group + 8 {
                ahead.fetch(row, index, 1);
            }
            let blocks = unrolled!(8; row => &rows[row][index]);
            let [codes, mins] = F::integers(token, blocks, [a; 8], each);
            let scale = s.set1_f32(F::Format::FACTOR * a.d.to_f32());
            let d = eight(s, unrolled!(8; row => F::Format::d(blocks[row])));
            sum = s.fma(s.to_f32(sums(s, &codes)), s.mul_f32(d, scale), sum);
            if F::Format::MINS {
                let dmin = eight(s, unrolled!(8; row => F::Format::dmin(blocks[row])));
                sum = s.fnma(s.to_f32(sums(s, &mins)), s.mul_f32(dmin, scale), sum);
            }
        }
        let all: [f32; 8] = bytemuck::cast(sum);
        out.copy_from_slice(&all[..out.len()]);
    }
}

impl<K: SuperBlock> SimdKernel<Avx2> for SuperBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dequantize(s: Avx2, blocks: &[Block<K>], out: &mut [f32]) {
        K::dequantize(s, blocks, out);
    }

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
        if K::OFFSET == 0 {
            dot_of_lanes::<K>(s, weights, activation)
        } else {
            dot_of_integers::<Self, Avx2>(s, weights, activation)
        }
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
        matvec::<Self, Avx2>(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Block<K>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        matmul::<Self, Avx2, 8, 3>(s, weights, activations, shape, out);
    }
}
