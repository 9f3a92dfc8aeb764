//! Scales that lie a block apart, sixteen at once.

use std::arch::x86_64::{__m256i, __m512i};

use crate::simd::x86::Avx512;

/// Sixteen 16-bit numbers: number l is the one at `START` in block `l / REPEAT` of `STRIDE` bytes.
#[inline(always)]
pub(crate) fn words<const START: usize, const STRIDE: usize, const REPEAT: usize>(s: Avx512, blocks: &[u8]) -> __m256i {
    const { assert!(START.is_multiple_of(2) && STRIDE.is_multiple_of(2) && 3 * STRIDE + START + 2 <= 128) };
    let window = const { window(START, STRIDE) };
    let index = s.words(const { &index_words(START, STRIDE, REPEAT) });
    let mut all = s.zero();
    for first in (0..16 / REPEAT).step_by(window) {
        let lanes = ((1u64 << (window * REPEAT)) - 1) << (first * REPEAT);
        let (low, high) = two(s, &blocks[first * STRIDE..]);
        all = s.or(all, s.kept_permute2_u16(lanes as u32, low, index, high));
    }
    s.low_half(all)
}

/// Sixteen bytes, as [`words`].
#[inline(always)]
pub(crate) fn bytes<const START: usize, const STRIDE: usize>(s: Avx512, blocks: &[u8]) -> __m512i {
    const { assert!(7 * STRIDE + START < 128) };
    let index = s.bytes(const { &index_bytes(START, STRIDE) });
    let mut all = s.zero();
    for first in [0, 8] {
        let (low, high) = two(s, &blocks[first * STRIDE..]);
        all = s.or(all, s.kept_permute2_u8(0xff << first, low, index, high));
    }
    all
}

#[inline(always)]
fn two(s: Avx512, bytes: &[u8]) -> (__m512i, __m512i) {
    (s.load_up_to(bytes), s.load_up_to(&bytes[bytes.len().min(64)..]))
}

/// Blocks whose numbers two registers hold.
const fn window(start: usize, stride: usize) -> usize {
    if 7 * stride + start + 2 <= 128 { 8 } else { 4 }
}

const fn index_words(start: usize, stride: usize, repeat: usize) -> [u16; 32] {
    let mut index = [0; 32];
    let mut lane = 0;
    while lane < 16 {
        index[lane] = ((lane / repeat % window(start, stride) * stride + start) / 2) as u16;
        lane += 1;
    }
    index
}

const fn index_bytes(start: usize, stride: usize) -> [u8; 64] {
    let mut index = [0; 64];
    let mut lane = 0;
    while lane < 16 {
        index[lane] = (lane % 8 * stride + start) as u8;
        lane += 1;
    }
    index
}
