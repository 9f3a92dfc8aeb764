//! Unpacking of codes of a few bits, for the layouts that several formats share.

use std::arch::x86_64::__m256i;

use super::super_blocks::Scales;
use crate::product::registers_256::spread_bits;
use crate::simd::x86::Avx2;

/// 16-bit lanes shifted right, left where `bits` is negative; `bits` is a constant where this is inlined.
#[inline(always)]
fn shifted(s: Avx2, a: __m256i, bits: i32) -> __m256i {
    match bits {
        -4 => s.shift_left_i16::<4>(a),
        -3 => s.shift_left_i16::<3>(a),
        -2 => s.shift_left_i16::<2>(a),
        -1 => s.shift_left_i16::<1>(a),
        0 => a,
        1 => s.shift_right_u16::<1>(a),
        2 => s.shift_right_u16::<2>(a),
        3 => s.shift_right_u16::<3>(a),
        4 => s.shift_right_u16::<4>(a),
        5 => s.shift_right_u16::<5>(a),
        _ => s.shift_right_u16::<6>(a),
    }
}

/// The nibbles of 32 weights: the first 16 in the low nibbles; the upper bits are 0.
#[inline(always)]
pub(crate) fn nibbles(s: Avx2, packed: &[u8; 16]) -> __m256i {
    let both = s.twice(s.load_128(packed));
    s.and(s.shift_right_each_u32(both, s.load(&[0u32, 0, 0, 0, 4, 4, 4, 4])), s.set1_i8(15))
}

/// The nibbles of 32 weights: each 8 bytes hold 8 weights in their low and 8 in their high nibbles.
#[inline(always)]
pub(crate) fn nibbles_of_16(s: Avx2, packed: &[u8; 16]) -> __m256i {
    let both = s.permute_u64::<0x50>(s.twice(s.load_128(packed)));
    s.and(s.shift_right_each_u64(both, s.load(&[0u64, 4, 0, 4])), s.set1_i8(15))
}

/// The nibbles of 32 weights with their fifth bits.
#[inline(always)]
pub(crate) fn five_bits(s: Avx2, packed: &[u8; 16], fifth: u32) -> __m256i {
    s.or(nibbles(s, packed), s.and(spread_bits(s, fifth), s.set1_i8(16)))
}

/// 256 codes of 2 bits, each moved to bits `AT` and `AT + 1`: each 32 bytes hold four runs of 32 weights.
#[inline(always)]
pub(crate) fn two_bits<const AT: i32>(s: Avx2, packed: &[u8; 64]) -> [__m256i; 8] {
    let mut codes = [s.zero(); 8];
    for (half, packed) in packed.as_chunks::<32>().0.iter().enumerate() {
        let packed = s.load(packed);
        for run in 0..4 {
            let at_place = shifted(s, packed, 2 * run as i32 - AT);
            codes[4 * half + run] = s.and(at_place, s.set1_i8(3 << AT));
        }
    }
    codes
}

/// One bit of each of 256 weights, moved to bit `AT`, besides their codes: bit j of byte l belongs to weight 32 j + l.
#[inline(always)]
pub(crate) fn with_bits<const AT: i32>(s: Avx2, packed: &[u8; 32], mut codes: [__m256i; 8]) -> [__m256i; 8] {
    let packed = s.load(packed);
    for (run, codes) in codes.iter_mut().enumerate() {
        let bits = s.and(shifted(s, packed, run as i32 - AT), s.set1_i8(1 << AT));
        *codes = s.or(*codes, bits);
    }
    codes
}

/// 256 nibbles: each 32 bytes hold 32 weights in their low and 32 in their high nibbles.
#[inline(always)]
pub(crate) fn nibbles_of_64(s: Avx2, packed: &[u8; 128]) -> [__m256i; 8] {
    let mut codes = [s.zero(); 8];
    for (codes, packed) in codes.as_chunks_mut::<2>().0.iter_mut().zip(packed.as_chunks::<32>().0) {
        let packed = s.load(packed);
        codes[0] = s.and(packed, s.set1_i8(15));
        codes[1] = s.and(s.shift_right_u16::<4>(packed), s.set1_i8(15));
    }
    codes
}

/// Scales and minimums of 6 bits (see `codec::six_bit_scales`), each for two sub-blocks of 16; the last four bytes are
/// ignored.
#[inline(always)]
pub(crate) fn six_bit_scales(s: Avx2, packed: &[u8; 16]) -> Scales {
    const LOW: u32 = 0x3f3f_3f3f;
    const NIBBLE: u32 = 0x0f0f_0f0f;
    const HIGH: u32 = 0x3030_3030;
    // Four scales, the other four, four minimums, the other four.
    let packed = s.load_128(packed);
    let low = s.shift_right_each_u32_128(s.shuffle_u32_128::<0b10_01_10_00>(packed), s.load_128(&[0u32, 0, 0, 4]));
    let low = s.and_128(low, s.load_128(&[LOW, NIBBLE, LOW, NIBBLE]));
    let high = s.shift_right_u32_128::<2>(s.shuffle_u32_128::<0b01_01_00_00>(packed));
    let all = s.or_128(low, s.and_128(high, s.load_128(&[0u32, HIGH, 0, HIGH])));
    Scales {
        scales: s.extend_u8_u16(s.unpack_low_u8_128(all, all)),
        mins: s.extend_u8_u16(s.unpack_high_u8_128(all, all)),
    }
}

/// Eight nibbles of a word, each for two sub-blocks of 16.
#[inline(always)]
pub(crate) fn eight_nibbles(s: Avx2, word: u32) -> __m256i {
    let lanes = s.shift_right_each_u32(s.set1_i32(word as i32), s.load(&[0u32, 4, 8, 12, 16, 20, 24, 28]));
    let low = s.and(lanes, s.set1_i32(15));
    s.or(low, s.shift_left_i32::<16>(low))
}
