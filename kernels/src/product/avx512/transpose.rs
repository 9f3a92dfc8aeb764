//! Transposes of sixteen registers, and sums of their lanes.

use std::arch::x86_64::{__m128i, __m512, __m512i};

use crate::simd::x86::Avx512;

/// Lane j of register i becomes lane i of register j.
#[inline(always)]
pub(crate) fn transpose(s: Avx512, rows: &[__m512i; 16]) -> [__m512i; 16] {
    let quads: [[__m512i; 4]; 4] =
        unrolled!(4; q => fours(s, [rows[4 * q], rows[4 * q + 1], rows[4 * q + 2], rows[4 * q + 3]]));
    let mut out = [s.zero(); 16];
    for c in 0..4 {
        let turned = turned_quarters(s, unrolled!(4; q => quads[q][c]));
        for (g, turned) in turned.into_iter().enumerate() {
            out[4 * g + c] = turned;
        }
    }
    out
}

/// Four rows: 128-bit quarter g of register c of the result holds lane 4 g + c of each.
#[inline(always)]
pub(crate) fn fours(s: Avx512, [a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let [low0, high0] = [s.unpack_low_u32(a, b), s.unpack_high_u32(a, b)];
    let [low1, high1] = [s.unpack_low_u32(c, d), s.unpack_high_u32(c, d)];
    [
        s.unpack_low_u64(low0, low1),
        s.unpack_high_u64(low0, low1),
        s.unpack_low_u64(high0, high1),
        s.unpack_high_u64(high0, high1),
    ]
}

/// 128-bit quarter j of register i becomes quarter i of register j.
#[inline(always)]
pub(crate) fn turned_quarters(s: Avx512, [a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (ab_low, ab_high) = (s.shuffle_quarters::<0x44>(a, b), s.shuffle_quarters::<0xee>(a, b));
    let (cd_low, cd_high) = (s.shuffle_quarters::<0x44>(c, d), s.shuffle_quarters::<0xee>(c, d));
    [
        s.shuffle_quarters::<0x88>(ab_low, cd_low),
        s.shuffle_quarters::<0xdd>(ab_low, cd_low),
        s.shuffle_quarters::<0x88>(ab_high, cd_high),
        s.shuffle_quarters::<0xdd>(ab_high, cd_high),
    ]
}

/// The even 128-bit quarters of both, then the odd ones: of four blocks of 32 bytes the first halves, then the second.
#[inline(always)]
pub(crate) fn halves(s: Avx512, [a, b]: [__m512i; 2]) -> [__m512i; 2] {
    [s.shuffle_quarters::<0b10_00_10_00>(a, b), s.shuffle_quarters::<0b11_01_11_01>(a, b)]
}

/// The sums of each four lanes of four rows: 128-bit quarter g holds those of lanes 4 g to 4 g + 3.
#[inline(always)]
pub(crate) fn sums_of_fours(s: Avx512, [a, b, c, d]: [__m512i; 4]) -> __m512i {
    let pair = |a, b| s.add_i32(s.unpack_low_u32(a, b), s.unpack_high_u32(a, b));
    let (first, second) = (pair(a, b), pair(c, d));
    s.add_i32(s.unpack_low_u64(first, second), s.unpack_high_u64(first, second))
}

/// The sums of each two lanes of four rows: 128-bit quarter g of the first register holds those of lanes 4 g and
/// 4 g + 1, that of the second those of lanes 4 g + 2 and 4 g + 3.
#[inline(always)]
pub(crate) fn sums_of_twos(s: Avx512, rows: [__m512i; 4]) -> [__m512i; 2] {
    let [a, b, c, d] = unrolled!(4; row => s.as_f32(rows[row]));
    let (first, second) = (even_and_odd(s, a, b), even_and_odd(s, c, d));
    let sums = [s.add_i32(first[0], first[1]), s.add_i32(second[0], second[1])];
    even_and_odd(s, s.as_f32(sums[0]), s.as_f32(sums[1]))
}

/// Of each 128 bits the even lanes of both, then the odd ones.
#[inline(always)]
fn even_and_odd(s: Avx512, a: __m512, b: __m512) -> [__m512i; 2] {
    [s.as_bits(s.shuffle_f32::<0b10_00_10_00>(a, b)), s.as_bits(s.shuffle_f32::<0b11_01_11_01>(a, b))]
}

/// The sum of all lanes of register i in lane i, for four.
#[inline(always)]
pub(crate) fn sums_of_four(s: Avx512, rows: &[__m512i; 4]) -> __m128i {
    let quarters = sums_of_fours(s, *rows);
    let narrow = s.narrow();
    let halves = narrow.add_i32(s.low_half(quarters), s.high_half::<1>(quarters));
    narrow.add_i32_128(narrow.low_half(halves), narrow.half::<1>(halves))
}

/// The sum of all lanes of register i in lane i.
#[inline(always)]
pub(crate) fn sums(s: Avx512, rows: &[__m512i; 16]) -> __m512i {
    let [a, b, c, d]: [__m512i; 4] =
        unrolled!(4; q => sums_of_fours(s, [rows[4 * q], rows[4 * q + 1], rows[4 * q + 2], rows[4 * q + 3]]));
    let fold = |a, b| s.add_i32(s.shuffle_quarters::<0x88>(a, b), s.shuffle_quarters::<0xdd>(a, b));
    fold(fold(a, b), fold(c, d))
}

/// The sum of all lanes of register i in lane i, for numbers: added in the same order in each lane.
#[inline(always)]
pub(crate) fn sums_f32(s: Avx512, rows: &[__m512; 16]) -> __m512 {
    let mut quarters = [s.zero_f32(); 4];
    for (q, quarters) in quarters.iter_mut().enumerate() {
        let first = add_neighbours(s, rows[4 * q], rows[4 * q + 1]);
        let second = add_neighbours(s, rows[4 * q + 2], rows[4 * q + 3]);
        let (first, second) = (s.as_bits(first), s.as_bits(second));
        *quarters = s.add_f32(s.as_f32(s.unpack_low_u64(first, second)), s.as_f32(s.unpack_high_u64(first, second)));
    }
    let halves = [add_quarters(s, quarters[0], quarters[1]), add_quarters(s, quarters[2], quarters[3])];
    add_quarters(s, halves[0], halves[1])
}

#[inline(always)]
fn add_neighbours(s: Avx512, a: __m512, b: __m512) -> __m512 {
    let (a, b) = (s.as_bits(a), s.as_bits(b));
    s.add_f32(s.as_f32(s.unpack_low_u32(a, b)), s.as_f32(s.unpack_high_u32(a, b)))
}

/// Adds neighbouring 128-bit quarters, those of `a` first.
#[inline(always)]
fn add_quarters(s: Avx512, a: __m512, b: __m512) -> __m512 {
    let (a, b) = (s.as_bits(a), s.as_bits(b));
    s.add_f32(s.as_f32(s.shuffle_quarters::<0x88>(a, b)), s.as_f32(s.shuffle_quarters::<0xdd>(a, b)))
}

#[cfg(test)]
mod tests {
    use super::{sums, sums_f32, sums_of_four, sums_of_fours, sums_of_twos, transpose, turned_quarters};
    use crate::simd::x86::Avx512;

    type Rows = [[i32; 16]; 16];

    #[test]
    fn rows_become_lanes() {
        let Some(s) = Avx512::detect() else { return };
        let rows: Rows = std::array::from_fn(|i| std::array::from_fn(|j| (100 * i + j * j) as i32));
        let registers = rows.map(|row| s.load(&row));
        let stored = |register| {
            let mut lanes = [0i32; 16];
            s.store(&mut lanes, register);
            lanes
        };
        let turned = transpose(s, &registers).map(stored);
        for (j, lanes) in turned.iter().enumerate() {
            assert_eq!(*lanes, rows.map(|row| row[j]));
        }
        assert_eq!(stored(sums(s, &registers)), rows.map(|row| row.iter().sum()));
        let mut numbers = [0.0; 16];
        s.store_f32(&mut numbers, sums_f32(s, &registers.map(|register| s.to_f32(register))));
        assert_eq!(numbers, rows.map(|row| row.iter().sum::<i32>() as f32));
        let four: [i32; 4] = bytemuck::cast(sums_of_four(s, &[registers[3], registers[1], registers[4], registers[0]]));
        assert_eq!(four, [3, 1, 4, 0].map(|row: usize| rows[row].iter().sum()));
        let twos = sums_of_twos(s, unrolled!(4; row => registers[row])).map(stored);
        for (half, lanes) in twos.iter().enumerate() {
            for (lane, sum) in lanes.iter().enumerate() {
                let first = lane / 4 * 4 + 2 * half;
                assert_eq!(*sum, rows[lane % 4][first] + rows[lane % 4][first + 1]);
            }
        }
        let quarters = unrolled!(4; q => sums_of_fours(s, unrolled!(4; row => registers[4 * q + row])));
        for (quarter, got) in turned_quarters(s, quarters).into_iter().enumerate() {
            assert_eq!(stored(got), rows.map(|row| row[4 * quarter..][..4].iter().sum()), "quarter {quarter}");
        }
    }
}
