//! One row times one activation.

use std::hint::black_box;

use super::format::{Block, NarrowKind, Scaling, SuperBlock};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::numeric::F16;
use crate::product::avx2::halves::four;
use crate::product::avx2::super_blocks::{Kind, SuperBlock as _, scaled};
use crate::product::avx512::transpose::sums_of_four;
use crate::simd::x86::{Aligned, Avx512};

/// Converts the partial sums of each super-block to floats lane by lane.
///
/// Only for formats without an offset: where an offset nearly cancels the products, it must be subtracted before
/// anything is rounded.
#[inline(always)]
pub(super) fn dot_of_lanes<K: SuperBlock>(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
    let narrow = s.narrow();
    let (mut sum, mut sum_of_mins) = (s.zero_f32(), narrow.zero_f32());
    for (w, a) in weights.iter().zip(activation) {
        let (codes, mins) = K::Scaling::integers(s, w, a);
        let zero = F16::from_bits(0);
        let factors = four(narrow, [w.d(), NarrowKind::<K>::dmin(w), zero, zero]);
        let factors = narrow.mul_f32_128(factors, narrow.set1_f32_128(K::Narrow::FACTOR * a.d.to_f32()));
        // Stored, so that loads broadcast each number: load ports are idle, the ports of shuffles are not.
        let Aligned([d, dmin, _, _]): Aligned<[f32; 4]> = black_box(Aligned(bytemuck::cast(factors)));
        sum = s.fma(s.to_f32(codes), s.set1_f32(d), sum);
        if NarrowKind::<K>::MINS {
            sum_of_mins = narrow.fnma(narrow.to_f32(mins), narrow.set1_f32(dmin), sum_of_mins);
        }
    }
    if NarrowKind::<K>::MINS { s.sum_f32(sum) + narrow.sum_f32(sum_of_mins) } else { s.sum_f32(sum) }
}

/// Adds up the products of each super-block as integers, those of four at a time.
#[inline(always)]
pub(super) fn dot_of_integers<K: SuperBlock>(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
    const { assert!(K::OFFSET == 0 || !NarrowKind::<K>::MINS) };
    let (whole, rest) = weights.as_chunks::<4>();
    let (whole_activation, rest_activation) = activation.as_chunks::<4>();
    let mut sum = s.narrow().zero_f32_128();
    for (w, a) in whole.iter().zip(whole_activation) {
        let mut codes = [s.zero(); 4];
        // Opaque bounds keep the compiler from unrolling a large body.
        for at in 0..if K::LARGE { black_box(4).min(4) } else { 4 } {
            (codes[at], _) = K::Scaling::integers(s, &w[at], &a[at]);
        }
        let d = unrolled!(4; k => w[k].d());
        sum = scaled::<K::Narrow>(s.narrow(), sums_of_four(s, &codes), d, unrolled!(4; k => a[k].d.to_f32()), sum);
    }
    for (w, a) in rest.iter().zip(rest_activation) {
        let (codes, _) = K::Scaling::integers(s, w, a);
        let zero = F16::from_bits(0);
        let (d, of_activation) = ([w.d(), zero, zero, zero], [a.d.to_f32(), 0.0, 0.0, 0.0]);
        let codes = sums_of_four(s, &[codes, s.zero(), s.zero(), s.zero()]);
        sum = scaled::<K::Narrow>(s.narrow(), codes, d, of_activation, sum);
    }
    let lanes: [f32; 4] = bytemuck::cast(sum);
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}
