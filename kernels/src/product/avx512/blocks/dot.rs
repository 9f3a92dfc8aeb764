//! One row times one activation.

use std::arch::x86_64::{__m512, __m512i};

use bytemuck::cast_slice;

use super::activation::Activation;
use super::format::{Act, Block, Blocks, Blocks512, Scaling};
use super::operands::{codes, doubled, offsets};
use crate::product::padded::padded;
use crate::simd::x86::{Avx512, place};

/// Four accumulators for the products, whose lanes are joined in the end; a fifth for the minimums.
#[inline(always)]
pub(super) fn dot<K: Blocks512>(s: Avx512, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
    let mut sums = [s.zero_f32(); 5];
    let whole = weights.chunks_exact(Blocks::<K>::CHUNK);
    let rest = whole.remainder();
    let (activations, rest_activation) = activation.as_chunks::<16>();
    for (chunk, activation) in whole.zip(activations) {
        add_chunk::<K>(s, bytemuck::from_bytes(cast_slice(chunk)), activation, &mut sums);
    }
    if !rest.is_empty() {
        add_chunk::<K>(s, &padded(rest), &padded(rest_activation), &mut sums);
    }
    let sum = s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3]));
    s.sum_f32(if K::Scaling::MINS { s.add_f32(sum, sums[4]) } else { sum })
}

/// Adds the products of 512 weights.
#[inline(always)]
fn add_chunk<K: Blocks512>(s: Avx512, chunk: &K::Chunk, a: &[Act<K>; 16], sums: &mut [__m512; 5]) {
    let integers: [__m512i; 4] = unrolled!(4; quad => {
        let (w, y) = (K::codes(s, chunk, quad), codes::<K>(s, a, quad));
        let products = s.dot_u8_i8(s.dot_u8_i8(s.zero(), w[0], y[0]), w[1], y[1]);
        if K::OFFSET == 0 { products } else { s.sub_i32(products, offsets::<K>(s, y)) }
    });
    // Codes are loaded before scales, and scales of 16 weights through an opaque reference: the compiler would
    // otherwise extract codes from the wide loads of scales, by many permutations.
    let (chunk, a) = if K::Scaling::SIXTEENS { (place(chunk), place(a)) } else { (chunk, a) };
    let scales = scales::<K>(s, chunk, a, sums);
    for quad in 0..4 {
        let scales = scale_of_lanes::<K>(s, scales, quad);
        sums[quad] = s.fma(s.to_f32(integers[quad]), scales, sums[quad]);
    }
}

/// Scales of weights times scales of activations, as [`Blocks512::scales`] has them; adds the products of minimums.
#[inline(always)]
fn scales<K: Blocks512>(s: Avx512, chunk: &K::Chunk, a: &[Act<K>; 16], sums: &mut [__m512; 5]) -> [__m512; 2] {
    let weights = K::scales(s, chunk);
    if K::Scaling::MINS {
        let activations = Activation::scales_and_sums(s, a);
        let products: [__m512; 2] = unrolled!(2; half => s.mul_f32(weights[half], activations[half]));
        for products in products {
            sums[4] = s.masked_add_f32(sums[4], 0xaaaa, sums[4], products);
        }
        products
    } else if K::Scaling::SIXTEENS {
        let [first, second] = doubled(s, Activation::scales(s, a));
        [s.mul_f32(weights[0], first), s.mul_f32(weights[1], second)]
    } else {
        [s.mul_f32(weights[0], Activation::scales(s, a)); 2]
    }
}

/// For each lane of the products of a quad its scale, out of those that [`Blocks512::scales`] has.
#[inline(always)]
fn scale_of_lanes<K: Blocks512>(s: Avx512, scales: [__m512; 2], quad: usize) -> __m512 {
    let (index, scales) = if K::Scaling::MINS {
        (&BEFORE_MINS[quad], scales[quad / 2])
    } else if K::Scaling::SIXTEENS {
        (&OF_SIXTEENS[quad], scales[quad / 2])
    } else {
        (&IN_ORDER[quad], scales[0])
    };
    s.permute_f32(s.dwords(index), scales)
}

/// For each quad: which of sixteen numbers belongs to each four lanes.
static IN_ORDER: [[u32; 16]; 4] = lanes(1);

/// The same where each number is followed by another.
static BEFORE_MINS: [[u32; 16]; 4] = lanes(2);

const fn lanes(step: usize) -> [[u32; 16]; 4] {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        index[at / 16][at % 16] = (at / 4 * step % 16) as u32;
        at += 1;
    }
    index
}

/// For each quad: which of sixteen numbers belongs to each two lanes, in turn of the first and of the last 64 weights.
static OF_SIXTEENS: [[u32; 16]; 4] = {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        let pair = at / 2 % 8;
        index[at / 16][at % 16] = (at / 16 % 2 * 8 + pair % 2 * 4 + pair / 2) as u32;
        at += 1;
    }
    index
};
