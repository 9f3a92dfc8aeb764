//! Unpacking of codes of a few bits, for the layouts that several formats share.

use std::arch::aarch64::{int16x8_t, uint8x16_t};

use bytemuck::Pod;

use crate::simd::aarch64::Neon;

/// The nibbles of 32 weights: the first 16 in the low nibbles.
#[inline(always)]
pub(crate) fn nibbles(s: Neon, packed: &[u8; 16]) -> [uint8x16_t; 2] {
    let packed = s.load_u8(packed);
    [s.and(packed, s.set1_u8(15)), s.shift_right_u8::<4>(packed)]
}

/// The bit of each of 16 weights in its byte.
pub(crate) static OWN_BIT: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

/// The indices of the bytes that hold the bits of 16 weights.
static OWN_BYTE: [[u8; 16]; 8] = {
    let mut places = [[0; 16]; 8];
    let mut at = 0;
    while at < 128 {
        places[at / 16][at % 16] = (at / 8) as u8;
        at += 1;
    }
    places
};

/// All bits of the weights whose bit is set, for the `part`-th 16 of 128 bits.
#[inline(always)]
pub(crate) fn spread_bits(s: Neon, bits: uint8x16_t, part: usize) -> uint8x16_t {
    s.common_bits(s.look_up_u8(bits, s.load_u8(&OWN_BYTE[part])), s.load_u8(&OWN_BIT))
}

/// A word in each four bytes.
#[inline(always)]
pub(crate) fn word(s: Neon, word: u32) -> uint8x16_t {
    s.words_as_bytes(s.set1_u32(word))
}

/// Codes of 2 bits of 128 weights: 32 bytes hold four runs of 32. Only the last run has the bits above cleared.
#[inline(always)]
pub(crate) fn two_bits_and_more(s: Neon, packed: &[u8; 32]) -> [uint8x16_t; 8] {
    let [a, b] = halves(s, packed);
    [
        a,
        b,
        s.shift_right_u8::<2>(a),
        s.shift_right_u8::<2>(b),
        s.shift_right_u8::<4>(a),
        s.shift_right_u8::<4>(b),
        s.shift_right_u8::<6>(a),
        s.shift_right_u8::<6>(b),
    ]
}

/// Codes of 2 bits of 128 weights: 32 bytes hold four runs of 32.
#[inline(always)]
pub(crate) fn two_bits(s: Neon, packed: &[u8; 32]) -> [uint8x16_t; 8] {
    let three = s.set1_u8(3);
    let [a, b, c, d, e, f, g, h] = two_bits_and_more(s, packed);
    [s.and(a, three), s.and(b, three), s.and(c, three), s.and(d, three), s.and(e, three), s.and(f, three), g, h]
}

/// The two registers of 32 bytes.
#[inline(always)]
pub(crate) fn halves<B: Pod>(s: Neon, bytes: &[B; 32]) -> [uint8x16_t; 2] {
    const { assert!(size_of::<B>() == 1) };
    let [low, high]: &[[B; 16]; 2] = bytemuck::cast_ref(bytes);
    [s.load_u8(low), s.load_u8(high)]
}

/// Bytes shifted right; `bits` is a constant where this is inlined.
#[inline(always)]
pub(crate) fn shifted_right(s: Neon, a: uint8x16_t, bits: usize) -> uint8x16_t {
    match bits {
        0 => a,
        1 => s.shift_right_u8::<1>(a),
        2 => s.shift_right_u8::<2>(a),
        3 => s.shift_right_u8::<3>(a),
        4 => s.shift_right_u8::<4>(a),
        5 => s.shift_right_u8::<5>(a),
        6 => s.shift_right_u8::<6>(a),
        _ => s.shift_right_u8::<7>(a),
    }
}

/// The scales of eight sub-blocks and their minimums, 6 bits each (see `codec::six_bit_scales`).
#[inline(always)]
pub(crate) fn six_bit_scales(s: Neon, packed: &[u8; 12]) -> [int16x8_t; 2] {
    let [a, b, c]: [u32; 3] = bytemuck::pod_read_unaligned(packed);
    let low = s.words_as_bytes(s.load_u32(&[a, b, 0, 0]));
    let high = s.shift_each_u32(s.set1_u32(c), s.load_i32(&[0, -4, 0, 0]));
    // Four bits of the third word, and above them the upper two of the others.
    let high = s.or(s.and(s.words_as_bytes(high), s.set1_u8(15)), s.and(s.shift_right_u8::<2>(low), s.set1_u8(0x30)));
    let low = s.and(low, s.set1_u8(63));
    let both = s.words_as_bytes(s.zip_low_u32(s.bytes_as_u32(low), s.bytes_as_u32(high)));
    [s.signed_16(s.extend_u8(s.low_half_u8(both))), s.signed_16(s.extend_high_u8(both))]
}

/// The nibbles of up to eight bytes, low before high.
#[inline(always)]
pub(crate) fn nibbles_in_order(s: Neon, packed: uint8x16_t) -> uint8x16_t {
    s.zip_low_u8(s.and(packed, s.set1_u8(15)), s.shift_right_u8::<4>(packed))
}

/// Sixteen bytes as 16-bit integers.
#[inline(always)]
pub(crate) fn widened(s: Neon, bytes: uint8x16_t) -> [int16x8_t; 2] {
    [s.signed_16(s.extend_u8(s.low_half_u8(bytes))), s.signed_16(s.extend_high_u8(bytes))]
}

/// `2 a + 1`, which must fit.
#[inline(always)]
pub(crate) fn odd(s: Neon, a: uint8x16_t) -> uint8x16_t {
    s.insert_above::<1>(s.set1_u8(1), a)
}
