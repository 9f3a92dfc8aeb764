//! Codebooks of the IQ formats: a load for each group.

use std::arch::x86_64::__m256i;

use bytemuck::Pod;

use crate::product::registers_256::Registers256;
use crate::simd::x86::Avx2;

/// Added to signed levels so that none is negative, for codebooks with levels of up to 62.
pub(crate) const OFFSET: i8 = 64;

/// 32 weights in four groups of a codebook of 8.
#[inline(always)]
pub(crate) fn eights<T: Pod>(s: Avx2, [a, b, c, d]: [[T; 8]; 4]) -> __m256i {
    let every = |group: [T; 8]| s.set1_i64(bytemuck::cast(group));
    let low = s.blend_u32::<0b1100>(every(a), every(b));
    s.blend_u32::<0xf0>(low, s.blend_u32::<0xc0>(every(c), every(d)))
}

/// 32 weights in eight groups of a codebook of 4.
#[inline(always)]
pub(crate) fn fours(s: Avx2, groups: [[u8; 4]; 8]) -> __m256i {
    let every = |k: usize| s.set1_i32(bytemuck::cast(groups[k]));
    let pair = [
        s.blend_u32::<0b10>(every(0), every(1)),
        s.blend_u32::<0b1000>(every(2), every(3)),
        s.blend_u32::<0b10_0000>(every(4), every(5)),
        s.blend_u32::<0b1000_0000>(every(6), every(7)),
    ];
    let low = s.blend_u32::<0b1100>(pair[0], pair[1]);
    s.blend_u32::<0xf0>(low, s.blend_u32::<0b1100_0000>(pair[2], pair[3]))
}

/// Negates the levels whose bit is set in `signs`. `raised` has `offset` added to the levels, and so has the result.
#[inline(always)]
pub(crate) fn signed(s: impl Registers256, raised: __m256i, signs: u32, offset: i8) -> __m256i {
    s.subtracted(raised, signs, 2 * offset as u8)
}

/// The signs of eight weights by their code of seven bits, for 32 codes of a byte each: the eighth sign makes the number
/// of minus signs even.
#[inline(always)]
pub(crate) fn even_signs(s: Avx2, codes: __m256i) -> [u32; 8] {
    /// Whether a nibble has an odd number of bits, at bit 7.
    const ODD: [u8; 16] = {
        let mut odd = [0; 16];
        let mut nibble = 0u8;
        while nibble < 16 {
            odd[nibble as usize] = ((nibble.count_ones() % 2) as u8) << 7;
            nibble += 1;
        }
        odd
    };
    let codes = s.and(codes, s.set1_i8(127));
    let table = s.twice(s.load_128(&ODD));
    let low = s.shuffle_u8(table, s.and(codes, s.set1_i8(15)));
    let high = s.shuffle_u8(table, s.and(s.shift_right_u16::<4>(codes), s.set1_i8(15)));
    bytemuck::cast(s.or(codes, s.xor(low, high)))
}

/// Four codes of seven bits in each word, a byte each.
#[inline(always)]
pub(crate) fn seven_bits(s: Avx2, words: __m256i) -> __m256i {
    let field = |words, at: u32| s.and(words, s.set1_i32(0x7f << at));
    let low = s.or(field(words, 0), field(s.shift_left_i32::<1>(words), 8));
    let high = s.or(field(s.shift_left_i32::<2>(words), 16), field(s.shift_left_i32::<3>(words), 24));
    s.or(low, high)
}

/// Sub-scales of 4 bits, `2 s + 1` for each 16 weights: byte j holds those of sub-blocks 2 j and 2 j + 1.
#[inline(always)]
pub(crate) fn odd_scales_of_16(s: Avx2, nibbles: &[u8; 8]) -> __m256i {
    let both = s.load_64(nibbles);
    let low = s.and_128(both, s.set1_i8_128(15));
    let high = s.and_128(s.shift_right_u16_128::<4>(both), s.set1_i8_128(15));
    odd(s, s.extend_u8_u16(s.unpack_low_u8_128(low, high)))
}

/// Sub-scales of 4 bits in the upper bits of words, `2 s + 1` for each 16 of the words' 32 weights.
#[inline(always)]
pub(crate) fn odd_scales_of_words(s: Avx2, words: __m256i) -> __m256i {
    let scales = s.shift_right_u32::<28>(words);
    odd(s, s.or(scales, s.shift_left_i32::<16>(scales)))
}

/// `2 s + 1`.
#[inline(always)]
pub(crate) fn odd(s: Avx2, scales: __m256i) -> __m256i {
    s.or(s.add_i16(scales, scales), s.set1_i16(1))
}
