//! Codebooks of the IQ formats: a load for each group.

use std::arch::aarch64::{int8x16_t, int16x8_t, uint8x16_t, uint16x8_t, uint32x4_t};

use super::unpack::{nibbles_in_order, odd, spread_bits, widened};
use crate::simd::aarch64::Neon;

/// 16 weights in two groups of a codebook of 8.
#[inline(always)]
pub(crate) fn eights<const LEN: usize>(s: Neon, points: &[[i8; 8]; LEN], index: [usize; 2]) -> int8x16_t {
    let [a, b] = index.map(|index| s.load_8(&points[index & (LEN - 1)]));
    s.signed(s.join_u8(a, b))
}

/// 16 weights in four groups of a codebook of 4.
#[inline(always)]
pub(crate) fn fours<const LEN: usize>(s: Neon, points: &[[i8; 4]; LEN], index: [usize; 4]) -> int8x16_t {
    s.load_i8(&index.map(|index| points[index & (LEN - 1)]))
}

/// Eight indices of a codebook: the low bits of each, and the others in place.
#[inline(always)]
pub(crate) fn indices(s: Neon, low: &[u8; 8], high: uint16x8_t) -> [usize; 8] {
    s.lanes_u16(s.or_u16(s.extend_u8(s.load_8(low)), high)).map(usize::from)
}

/// Levels with the signs of the `part`-th 16 of 128 bits.
#[inline(always)]
pub(crate) fn with_signs(s: Neon, levels: int8x16_t, signs: uint8x16_t, part: usize) -> int8x16_t {
    let minus = s.made_u8(spread_bits(s, signs, part));
    // The negative of a byte is its complement plus one.
    s.sub_i8(s.signed(s.xor(s.unsigned(levels), minus)), s.signed(minus))
}

/// The signs of eight weights by their code of seven bits, for 16 codes: the eighth sign makes the number of minus signs
/// even. Bit 7 of a code is ignored.
#[inline(always)]
pub(crate) fn even_signs(s: Neon, codes: uint8x16_t) -> uint8x16_t {
    s.insert_above::<7>(codes, s.count_bits(s.and(codes, s.set1_u8(127))))
}

/// Four codes of seven bits in each word, a byte each; bit 7 is undefined.
#[inline(always)]
pub(crate) fn seven_bits(s: Neon, words: uint32x4_t) -> uint8x16_t {
    let up = |bits: i32| s.shift_each_u32(words, s.set1_i32(bits));
    let high = s.choose_u32(s.set1_u32(0x00ff_0000), up(2), up(3));
    let low = s.choose_u32(s.set1_u32(0x0000_00ff), words, up(1));
    s.words_as_bytes(s.choose_u32(s.set1_u32(0xffff), low, high))
}

/// Sub-scales of 4 bits, `2 s + 1` for each 16 weights: byte j holds those of sub-blocks 2 j and 2 j + 1.
#[inline(always)]
pub(crate) fn odd_scales_of_16(s: Neon, nibbles: &[u8; 8]) -> [int16x8_t; 2] {
    let packed = s.join_u8(s.load_8(nibbles), s.load_8(nibbles));
    widened(s, odd(s, nibbles_in_order(s, packed)))
}

/// Sub-scales of 4 bits in the upper bits of eight words, `2 s + 1` for the 32 weights of each.
#[inline(always)]
pub(crate) fn odd_scales_of_words(s: Neon, words: [uint32x4_t; 2]) -> [int16x8_t; 2] {
    let [low, high] = words.map(|words| s.words_as_u16(s.shift_right_u32::<28>(words)));
    let scales = s.signed_16(s.even_u16(low, high));
    [s.add_i16(s.add_i16(scales, scales), s.set1_i16(1)); 2]
}
