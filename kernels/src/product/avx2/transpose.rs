//! Transposes of eight registers, and sums of their lanes.

use std::arch::x86_64::{__m128i, __m256, __m256i};

use crate::simd::x86::Avx2;

/// Lane j of register i becomes lane i of register j.
#[inline(always)]
pub(crate) fn transpose(s: Avx2, rows: &[__m256i; 8]) -> [__m256i; 8] {
    let mut quads = [s.zero(); 8];
    for q in 0..2 {
        let row = |i: usize| rows[4 * q + i];
        let (low0, high0) = (s.unpack_low_u32(row(0), row(1)), s.unpack_high_u32(row(0), row(1)));
        let (low1, high1) = (s.unpack_low_u32(row(2), row(3)), s.unpack_high_u32(row(2), row(3)));
        quads[4 * q] = s.unpack_low_u64(low0, low1);
        quads[4 * q + 1] = s.unpack_high_u64(low0, low1);
        quads[4 * q + 2] = s.unpack_low_u64(high0, high1);
        quads[4 * q + 3] = s.unpack_high_u64(high0, high1);
    }
    let mut out = [s.zero(); 8];
    for c in 0..4 {
        out[c] = s.choose_halves::<0x20>(quads[c], quads[4 + c]);
        out[4 + c] = s.choose_halves::<0x31>(quads[c], quads[4 + c]);
    }
    out
}

/// Adds up the lanes of each half of four registers: lane i of each half of the result has the sum of register i.
#[inline(always)]
fn sum_halves(s: Avx2, rows: [__m256i; 4]) -> __m256i {
    let first = s.add_i32(s.unpack_low_u32(rows[0], rows[1]), s.unpack_high_u32(rows[0], rows[1]));
    let second = s.add_i32(s.unpack_low_u32(rows[2], rows[3]), s.unpack_high_u32(rows[2], rows[3]));
    s.add_i32(s.unpack_low_u64(first, second), s.unpack_high_u64(first, second))
}

/// The sum of all lanes of register i in lane i, for four.
#[inline(always)]
pub(crate) fn sums_of_four(s: Avx2, rows: &[__m256i; 4]) -> __m128i {
    let halves = sum_halves(s, *rows);
    s.add_i32_128(s.low_half(halves), s.half::<1>(halves))
}

/// The sums of the lower and of the upper four lanes of register i, each in lane i.
#[inline(always)]
pub(crate) fn half_sums(s: Avx2, rows: &[__m256i; 8]) -> [__m256i; 2] {
    let first = sum_halves(s, [rows[0], rows[1], rows[2], rows[3]]);
    let second = sum_halves(s, [rows[4], rows[5], rows[6], rows[7]]);
    [s.choose_halves::<0x20>(first, second), s.choose_halves::<0x31>(first, second)]
}

/// The sum of all lanes of register i in lane i.
#[inline(always)]
pub(crate) fn sums(s: Avx2, rows: &[__m256i; 8]) -> __m256i {
    let [first, second] = half_sums(s, rows);
    s.add_i32(first, second)
}

/// The sum of all lanes of register i in lane i, for numbers: added in the same order in each lane.
#[inline(always)]
pub(crate) fn sums_f32(s: Avx2, rows: &[__m256; 8]) -> __m256 {
    let mut halves = [s.zero(); 2];
    for (q, halves) in halves.iter_mut().enumerate() {
        let first = add_neighbours(s, rows[4 * q], rows[4 * q + 1]);
        let second = add_neighbours(s, rows[4 * q + 2], rows[4 * q + 3]);
        *halves = add(s, s.unpack_low_u64(first, second), s.unpack_high_u64(first, second));
    }
    let [first, second] = halves;
    bytemuck::cast(add(s, s.choose_halves::<0x20>(first, second), s.choose_halves::<0x31>(first, second)))
}

#[inline(always)]
fn add_neighbours(s: Avx2, a: __m256, b: __m256) -> __m256i {
    let (a, b) = (bytemuck::cast(a), bytemuck::cast(b));
    add(s, s.unpack_low_u32(a, b), s.unpack_high_u32(a, b))
}

/// Adds the numbers of two registers.
#[inline(always)]
fn add(s: Avx2, a: __m256i, b: __m256i) -> __m256i {
    bytemuck::cast(s.add_f32(bytemuck::cast(a), bytemuck::cast(b)))
}

#[cfg(test)]
mod tests {
    use super::{half_sums, sums, sums_f32, sums_of_four, transpose};
    use crate::simd::x86::Avx2;

    #[test]
    fn rows_become_lanes() {
        let Some(s) = Avx2::detect() else { return };
        let rows: [[i32; 8]; 8] = std::array::from_fn(|i| std::array::from_fn(|j| (100 * i + j * j) as i32));
        let registers = rows.map(|row| s.load(&row));
        let turned: [[i32; 8]; 8] = transpose(s, &registers).map(bytemuck::cast);
        for (j, lanes) in turned.iter().enumerate() {
            assert_eq!(*lanes, rows.map(|row| row[j]));
        }
        assert_eq!(bytemuck::cast::<_, [i32; 8]>(sums(s, &registers)), rows.map(|row| row.iter().sum()));
        let numbers: [f32; 8] = bytemuck::cast(sums_f32(s, &registers.map(|register| s.to_f32(register))));
        assert_eq!(numbers, rows.map(|row| row.iter().sum::<i32>() as f32));
        let four: [i32; 4] = bytemuck::cast(sums_of_four(s, &[registers[3], registers[1], registers[4], registers[0]]));
        assert_eq!(four, [3, 1, 4, 0].map(|row: usize| rows[row].iter().sum()));
        for (half, got) in half_sums(s, &registers).into_iter().enumerate() {
            let got: [i32; 8] = bytemuck::cast(got);
            assert_eq!(got, rows.map(|row| row[4 * half..][..4].iter().sum()), "half {half}");
        }
    }
}
