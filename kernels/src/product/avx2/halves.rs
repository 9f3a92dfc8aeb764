//! Scales of blocks: 16-bit floats that are not contiguous, as f32.

use std::arch::x86_64::{__m128, __m256};
use std::hint::black_box;

use bytemuck::{Pod, bytes_of};

use crate::activation::of_32::Of32;
use crate::block::{Scaled, WithMin};
use crate::numeric::F16;
use crate::simd::x86::Avx2;

/// Eight 16-bit floats as f32.
#[inline(always)]
pub(crate) fn eight(s: Avx2, halves: [F16; 8]) -> __m256 {
    let [a, b, c, d, e, f, g, h] = halves;
    s.join_f32(four(s, [e, f, g, h]), four(s, [a, b, c, d]))
}

/// The scales of eight blocks.
#[inline(always)]
pub(crate) fn scales<B: Scaled>(s: Avx2, blocks: &[B; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].d()))
}

/// The minimums of eight blocks.
#[inline(always)]
pub(crate) fn mins<B: WithMin>(s: Avx2, blocks: &[B; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].min()))
}

/// The scaled sums of the codes of eight blocks of an activation; 0 for formats that do not store them.
#[inline(always)]
pub(crate) fn sums<A: Of32>(s: Avx2, blocks: &[A; 8]) -> __m256 {
    eight(s, unrolled!(8; k => blocks[k].s()))
}

/// Four 16-bit floats as f32.
///
/// They are joined in scalar registers and stored: inserting each into a vector would occupy the one port that
/// shuffles.
#[inline(always)]
pub(crate) fn four(s: Avx2, halves: [F16; 4]) -> __m128 {
    let word = |at: usize| u64::from(halves[at].to_bits());
    let packed = black_box(word(0) | word(1) << 16 | word(2) << 32 | word(3) << 48);
    s.halves_to_f32_128(s.load_64(&packed))
}

/// The two 16-bit floats with which each of eight blocks begins.
#[inline(always)]
pub(crate) fn first_halves<B: Pod>(s: Avx2, blocks: &[B; 8]) -> [__m256; 2] {
    let both = |block: &B| -> u32 { bytemuck::pod_read_unaligned(&bytes_of(block)[..4]) };
    unrolled!(2; half => {
        let of_half: [u32; 4] = unrolled!(4; k => both(&blocks[4 * half + k]));
        s.halves_to_f32(s.load_128(&of_half))
    })
}

/// Two 16-bit floats as f32, each in four lanes.
#[inline(always)]
pub(crate) fn fours_of_two(s: Avx2, [low, high]: [F16; 2]) -> __m256 {
    let all = |half: F16| black_box(u64::from(half.to_bits()) * 0x0001_0001_0001_0001);
    let of = |four: u64| s.halves_to_f32_128(s.load_64(&four));
    s.join_f32(of(all(high)), of(all(low)))
}
