//! One row times one activation.

use std::arch::x86_64::{__m128, __m128i};
use std::hint::black_box;

use super::format::{Block, Kind, SuperBlock};
use super::integers::{EACH_8, Integers};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::numeric::F16;
use crate::product::avx2::halves::four;
use crate::product::avx2::transpose::sums_of_four;
use crate::product::registers_256::Registers256;
use crate::simd::x86::{Aligned, Avx2};

/// Converts the partial sums of each super-block to floats lane by lane.
///
/// Only for formats without an offset: where an offset nearly cancels the products, it must be subtracted before
/// anything is rounded.
#[inline(always)]
pub(super) fn dot_of_lanes<K: SuperBlock>(s: Avx2, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
    let each = black_box(&EACH_8);
    let mut sums = [s.zero_f32(); 2];
    for (w, a) in weights.iter().zip(activation) {
        let (codes, mins) = K::Kind::integers(s, w, a, each);
        // Stored, so that loads broadcast each number: load ports are idle, the ports of shuffles are not.
        let packed = black_box(u64::from(w.d().to_bits()) | u64::from(K::Kind::dmin(w).to_bits()) << 16);
        let factors = s.mul_f32_128(s.halves_to_f32_128(s.load_64(&packed)), s.set1_f32_128(K::FACTOR * a.d.to_f32()));
        let Aligned([d, dmin, _, _]): Aligned<[f32; 4]> = black_box(Aligned(bytemuck::cast(factors)));
        sums[0] = s.fma(s.to_f32(codes), s.set1_f32(d), sums[0]);
        if K::Kind::MINS {
            sums[1] = s.fnma(s.to_f32(mins), s.set1_f32(dmin), sums[1]);
        }
    }
    s.sum_f32(s.add_f32(sums[0], sums[1]))
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
        sum = scaled::<F::Format>(s, integers, [w.d(), zero, zero, zero], [a.d.to_f32(), 0.0, 0.0, 0.0], sum);
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
    let [integers, _] = F::integers(token, unrolled!(4; k => &w[k]), unrolled!(4; k => &a[k]), each);
    let (s, d) = (token.avx2(), unrolled!(4; k => w[k].d()));
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
