//! Products of signed bytes. AVX2 only multiplies unsigned by signed bytes, so the sign of one factor is moved to the
//! other.
//!
//! That is wrong where the other is -128, whose negative does not fit. Levels of a codebook are never -128. Codes of
//! Q8_0 may be, in weights and in activations, though no quantizer here or in the reference writes one; where an
//! activation has one, codes are widened to 16 bits first.

use std::arch::x86_64::__m256i;

use crate::simd::x86::Avx2;

/// Whether a code is -128.
#[inline(always)]
pub(crate) fn any_least<'a>(s: Avx2, codes: impl Iterator<Item = &'a [i8; 32]>) -> bool {
    let mut least = s.zero();
    for codes in codes {
        least = s.min_i8(least, s.load(codes));
    }
    is_least(s, least)
}

/// Whether a byte is -128.
#[inline(always)]
pub(crate) fn is_least(s: Avx2, codes: __m256i) -> bool {
    s.sign_bits_i8(s.equal_i8(codes, s.set1_i8(i8::MIN))) != 0
}

/// Sums of neighbouring products in 16 bits; `levels` are at least -127.
#[inline(always)]
pub(crate) fn pairs(s: Avx2, levels: __m256i, y: __m256i) -> __m256i {
    s.multiply_pairs_u8_i8(s.magnitude_i8(y), s.signed_i8(levels, y))
}

/// Four products added up in each of eight lanes; unless `WIDE`, no `y` is -128.
#[inline(always)]
pub(crate) fn quads<const WIDE: bool>(s: Avx2, a: __m256i, y: __m256i) -> __m256i {
    if WIDE {
        let wide = |codes, high: bool| s.extend_i8_i16(if high { s.half::<1>(codes) } else { s.low_half(codes) });
        let low = s.multiply_pairs_i16(wide(a, false), wide(y, false));
        let high = s.multiply_pairs_i16(wide(a, true), wide(y, true));
        // Horizontal addition works within 128 bits; the permutation restores the order.
        return s.permute_u64::<0xd8>(s.add_neighbours_i32(low, high));
    }
    let pairs = s.multiply_pairs_u8_i8(s.magnitude_i8(a), s.signed_i8(y, a));
    s.multiply_pairs_i16(pairs, s.set1_i16(1))
}

/// Partial sums of the products of codes, widened to 16 bits, in eight lanes.
#[inline(always)]
pub(crate) fn widened_lanes(s: Avx2, a: &[i8; 32], y: &[i8; 32]) -> __m256i {
    let half = |at: usize| {
        let [a, y] = [&a.as_chunks::<16>().0[at], &y.as_chunks::<16>().0[at]];
        s.multiply_pairs_i16(s.extend_i8_i16(s.load_128(a)), s.extend_i8_i16(s.load_128(y)))
    };
    s.add_i32(half(0), half(1))
}

/// Of the four codes in each 32-bit lane the first two and the last two, as 16-bit numbers.
#[inline(always)]
pub(crate) fn widened(s: Avx2, codes: __m256i) -> [__m256i; 2] {
    let even = s.shift_right_i16::<8>(s.shift_left_i16::<8>(codes));
    let odd = s.shift_right_i16::<8>(codes);
    [s.blend_i16::<0xaa>(even, s.shift_left_i32::<16>(odd)), s.blend_i16::<0xaa>(s.shift_right_u32::<16>(even), odd)]
}

/// 32 codes in order as 16-bit numbers.
#[inline(always)]
pub(crate) fn widened_codes(s: Avx2, codes: &[i8; 32]) -> [[i16; 2]; 16] {
    let mut wide = [[[0i16; 2]; 8]; 2];
    for (wide, codes) in wide.iter_mut().zip(codes.as_chunks::<16>().0) {
        s.store(wide, s.extend_i8_i16(s.load_128(codes)));
    }
    bytemuck::cast(wide)
}
