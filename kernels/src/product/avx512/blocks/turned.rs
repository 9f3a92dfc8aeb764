//! The scales of sixteen rows, transposed: a lane is a row.

use std::arch::x86_64::{__m512, __m512i};

use super::format::{Blocks512, Scaling};
use crate::product::avx512::transpose::{fours, turned_quarters};
use crate::simd::x86::Avx512;

/// The scales of four rows: each 128 bits of a register have one number of each.
#[inline(always)]
pub(super) fn scales_of_four<K: Blocks512>(s: Avx512, chunks: [&K::Chunk; 4]) -> [__m512i; 8] {
    let of_rows: [[__m512; 2]; 4] = unrolled!(4; row => K::scales(s, chunks[row]));
    let mut scales = [s.zero(); 8];
    for half in 0..halves::<K>() {
        scales[4 * half..][..4].copy_from_slice(&fours(s, unrolled!(4; row => s.as_bits(of_rows[row][half]))));
    }
    scales
}

/// The numbers of [`Blocks512::scales`], a register each, from those of four times four rows.
#[inline(always)]
pub(super) fn turned_scales<K: Blocks512>(s: Avx512, scales: &[[__m512i; 8]; 4]) -> [__m512i; 32] {
    let mut turned = [s.zero(); 32];
    for register in 0..4 * halves::<K>() {
        let quarters = turned_quarters(s, unrolled!(4; four => scales[four][register]));
        for (quarter, numbers) in quarters.into_iter().enumerate() {
            turned[register / 4 * 16 + 4 * quarter + register % 4] = numbers;
        }
    }
    turned
}

/// Which of the two registers of [`Blocks512::scales`] count.
const fn halves<K: Blocks512>() -> usize {
    if K::Scaling::SIXTEENS || K::Scaling::MINS { 2 } else { 1 }
}
