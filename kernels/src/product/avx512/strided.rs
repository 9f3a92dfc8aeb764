//! Scales that lie a block apart, sixteen at once.

use std::arch::x86_64::{__m256i, __m512i};

use crate::simd::x86::Avx512;

/// The 32 bits in which the 16-bit number at `START` lies, in block `l / REPEAT` of `STRIDE` bytes for lane l.
#[inline(always)]
pub(crate) fn dwords<const START: usize, const STRIDE: usize, const REPEAT: usize>(
    s: Avx512,
    blocks: &[u8],
) -> __m512i {
    let window = const { window(START, STRIDE) };
    let index = s.dwords(const { &index_dwords(START, STRIDE, REPEAT) });
    let mut all = s.zero();
    for first in (0..16 / REPEAT).step_by(window) {
        let last = (first + window).min(16 / REPEAT);
        let lanes = (1u32 << (last * REPEAT)) - (1u32 << (first * REPEAT));
        let (low, high) = two(s, &blocks[first * STRIDE..]);
        all = s.or(all, s.kept_permute2_u32(lanes as u16, low, index, high));
    }
    all
}

/// Sixteen 16-bit numbers: number l is the one at `START` in block `l / REPEAT` of `STRIDE` bytes.
#[inline(always)]
pub(crate) fn words<const START: usize, const STRIDE: usize, const REPEAT: usize>(s: Avx512, blocks: &[u8]) -> __m256i {
    let around = dwords::<START, STRIDE, REPEAT>(s, blocks);
    s.low_half(s.permute_u8(s.bytes(const { &index_in_dwords(START, STRIDE, REPEAT) }), around))
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
    (126 - start) / stride + 1
}

/// Where the number of a lane is, in the bytes of its window.
const fn place(start: usize, stride: usize, repeat: usize, lane: usize) -> usize {
    lane / repeat % window(start, stride) * stride + start
}

const fn index_dwords(start: usize, stride: usize, repeat: usize) -> [u32; 16] {
    let mut index = [0; 16];
    let mut lane = 0;
    while lane < 16 {
        index[lane] = (place(start, stride, repeat, lane) / 4) as u32;
        lane += 1;
    }
    index
}

const fn index_in_dwords(start: usize, stride: usize, repeat: usize) -> [u8; 64] {
    let mut index = [0; 64];
    let mut byte = 0;
    while byte < 32 {
        let lane = byte / 2;
        index[byte] = (4 * lane + place(start, stride, repeat, lane) % 4 + byte % 2) as u8;
        byte += 1;
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
