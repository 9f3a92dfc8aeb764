//! Unpacking of codes of a few bits, for the layouts that several formats share.
//!
//! Results have codes in the low bits of their bytes and undefined bits above, unless stated otherwise.

use std::arch::x86_64::__m512i;
use std::hint::black_box;

use super::super_blocks::ByteScales;
use crate::simd::x86::{Aligned, Avx512};

/// Bytes of 64-bit lanes shifted right by `low` bits in the lower 32 bytes, by `high` in the upper; negative is left.
const fn shifts(low: i32, high: i32) -> [u8; 64] {
    let mut offsets = [0; 64];
    let mut lane = 0;
    while lane < 64 {
        let bits = if lane < 32 { low } else { high };
        offsets[lane] = (8 * (lane as i32 % 8) + bits).rem_euclid(64) as u8;
        lane += 1;
    }
    offsets
}

/// Shifts by 4 bits in every other `run` bytes.
const fn nibble_shifts(run: usize) -> [u8; 64] {
    let mut offsets = [0; 64];
    let mut lane = 0;
    while lane < 64 {
        offsets[lane] = ((8 * (lane % 8) + 4 * (lane / run % 2)) % 64) as u8;
        lane += 1;
    }
    offsets
}

/// The bytes of nibbles of the `quad`-th four of sixteen blocks, as `Blocks512::codes` has them: the low nibbles
/// are the first halves of the blocks, the high ones the second.
#[inline(always)]
pub(crate) fn nibble_quads<const START: usize, const STRIDE: usize>(s: Avx512, chunk: &[u8], quad: usize) -> __m512i {
    const { assert!(2 * STRIDE + 16 <= 64 && START + 64 <= 4 * STRIDE && START + 3 * STRIDE >= 48) };
    const LAST: u64 = 0xffff << 48;
    // The last block is loaded to its place, the others are permuted to theirs.
    let [first, last]: [__m512i; 2] = unrolled!(2; last => {
        let start = if last == 0 { START } else { START + 3 * STRIDE - 48 };
        s.load(chunk[4 * STRIDE * quad + start..].first_chunk::<64>().expect("sixteen blocks"))
    });
    s.masked_permute_u8(s.made(last), !LAST, s.bytes(const { &quad_bytes(STRIDE) }), first)
}

const fn quad_bytes(stride: usize) -> [u8; 64] {
    let mut index = [0; 64];
    let mut lane = 0;
    while lane < 48 {
        index[lane] = (stride * (lane / 16) + lane % 16) as u8;
        lane += 1;
    }
    index
}

/// The low, and the high nibbles; the upper bits are 0.
#[inline(always)]
pub(crate) fn low_and_high(s: Avx512, bytes: __m512i) -> [__m512i; 2] {
    let low = s.set1_i8(15);
    [s.and(bytes, low), s.and(s.shift_right_u16::<4>(bytes), low)]
}

/// What a table of 16 codes has for the low, and for the high nibbles.
#[inline(always)]
pub(crate) fn low_and_high_of(s: Avx512, table: &'static [u8; 64], bytes: __m512i) -> [__m512i; 2] {
    let table = s.bytes(table);
    [s.permute_u8(bytes, table), s.permute_u8(s.shift_right_u16::<4>(bytes), table)]
}

/// A bit for each code of four blocks, the first halves and then the second halves, from a word of bits a block.
#[inline(always)]
pub(crate) fn halves_of_bits(words: [u32; 4]) -> [u64; 2] {
    const FIRST_HALVES: u64 = 0x0000_ffff_0000_ffff;
    let [even, odd]: [u64; 2] = unrolled!(2; at => u64::from(words[at]) | u64::from(words[at + 2]) << 32);
    [even & FIRST_HALVES | (odd & FIRST_HALVES) << 16, even >> 16 & FIRST_HALVES | odd & !FIRST_HALVES]
}

/// The nibbles of four blocks with their fifth bits, as [`nibble_quads`]; the upper bits are 0.
#[inline(always)]
pub(crate) fn five_bit_quads<const HIGH: usize, const START: usize, const STRIDE: usize>(
    s: Avx512,
    chunk: &[u8],
    quad: usize,
) -> [__m512i; 2] {
    let fifth = halves_of_bits(unrolled!(4; block => {
        u32::from_le_bytes(*chunk[STRIDE * (4 * quad + block) + HIGH..].first_chunk().expect("a block"))
    }));
    let nibbles = low_and_high(s, nibble_quads::<START, STRIDE>(s, chunk, quad));
    unrolled!(2; half => {
        let nibbles = s.made(nibbles[half]);
        s.masked_add_i8(nibbles, fifth[half], nibbles, s.set1_i8(16))
    })
}

/// `codes` and those bits of `more` that `mask` has.
#[inline(always)]
pub(crate) fn with_bits(s: Avx512, codes: __m512i, more: __m512i, mask: i8) -> __m512i {
    // a | b & c
    s.ternary::<0xf8>(codes, more, s.set1_i8(mask))
}

/// The `k`-th 64 of 256 codes of 2 bits: each 32 bytes hold four runs of 32 weights.
#[inline(always)]
pub(crate) fn two_bits(s: Avx512, packed: &[u8; 64], k: usize) -> __m512i {
    const SHIFTS: [[u8; 64]; 2] = [shifts(0, 2), shifts(4, 6)];
    s.multishift(s.bytes(&SHIFTS[k % 2]), s.load_twice(&packed.as_chunks::<32>().0[k / 2]))
}

/// As [`two_bits`], but the codes stand at bits 4 and 5.
#[inline(always)]
pub(crate) fn two_bits_at_four(s: Avx512, packed: &[u8; 64], k: usize) -> __m512i {
    const SHIFTS: [[u8; 64]; 2] = [shifts(-4, -2), shifts(0, 2)];
    s.multishift(s.bytes(&SHIFTS[k % 2]), s.load_twice(&packed.as_chunks::<32>().0[k / 2]))
}

/// One bit each of the `k`-th 64 weights at bit 2: bit j of byte l belongs to weight 32 j + l.
#[inline(always)]
pub(crate) fn one_bit_at_two(s: Avx512, packed: &[u8; 32], k: usize) -> __m512i {
    const SHIFTS: [[u8; 64]; 4] = [shifts(-2, -1), shifts(0, 1), shifts(2, 3), shifts(4, 5)];
    s.multishift(s.bytes(&SHIFTS[k]), s.load_twice(packed))
}

/// As [`one_bit_at_two`], but at bit 4.
#[inline(always)]
pub(crate) fn one_bit_at_four(s: Avx512, packed: &[u8; 32], k: usize) -> __m512i {
    const SHIFTS: [[u8; 64]; 4] = [shifts(-4, -3), shifts(-2, -1), shifts(0, 1), shifts(2, 3)];
    s.multishift(s.bytes(&SHIFTS[k]), s.load_twice(packed))
}

/// The `k`-th 64 of 256 nibbles: each 32 bytes hold 32 weights in their low and 32 in their high nibbles; the upper
/// bits are 0.
#[inline(always)]
pub(crate) fn nibbles_of_64(s: Avx512, packed: &[u8; 128], k: usize) -> __m512i {
    let both = s.load_twice(&packed.as_chunks::<32>().0[k]);
    s.and(s.multishift(s.bytes(const { &shifts(0, 4) }), both), s.set1_i8(15))
}

/// The `k`-th 64 of 256 nibbles: each 16 bytes hold 16 weights in their low and 16 in their high nibbles.
#[inline(always)]
pub(crate) fn nibbles_of_32(s: Avx512, packed: &[u8; 128], k: usize) -> __m512i {
    const TWICE: [u64; 8] = [0, 1, 0, 1, 2, 3, 2, 3];
    let bytes = s.widen(s.load_256(&packed.as_chunks::<32>().0[k]));
    s.multishift(s.bytes(const { &nibble_shifts(16) }), s.permute_u64(s.load(&TWICE), bytes))
}

/// A table of 16 codes, `offset` added, for nibbles; the bits above are ignored.
pub(crate) const fn nibble_table(codes: &[i8; 16], offset: i8) -> [u8; 64] {
    let mut table = [0; 64];
    let mut index = 0;
    while index < 64 {
        table[index] = codes[index % 16].wrapping_add(offset) as u8;
        index += 1;
    }
    table
}

/// Scales and minimums of 6 bits (see `codec::six_bit_scales`).
#[inline(always)]
pub(crate) fn six_bit_byte_scales(s: Avx512, packed: &[u8; 12]) -> ByteScales {
    const LOW: u64 = 0x3f3f_3f3f_3f3f_3f3f;
    const NIBBLE: u64 = 0x0f0f_0f0f_0f0f_0f0f;
    const HIGH: u64 = 0x3030_3030_3030_3030;
    // In scalar registers, whose ports are idle: four scales and four minimums, then the other four of each.
    let both = u64::from_le_bytes(*packed.first_chunk().expect("twelve bytes"));
    let rest = u64::from(u32::from_le_bytes(*packed.last_chunk().expect("twelve bytes")));
    let low = both & LOW;
    let high = (rest | rest << 28) & NIBBLE | both >> 2 & HIGH;
    // Stored, so that loads broadcast each number: load ports are idle, the ports of shuffles are not.
    let Aligned(words) = black_box(Aligned([low & 0xffff_ffff | high << 32, low >> 32 | high & 0xffff_ffff_0000_0000]));
    let narrow = s.narrow();
    ByteScales {
        scales: s.set1_i64(words[0] as i64),
        mins: narrow.shuffle_u8(narrow.set1_i64(words[1] as i64), narrow.made(narrow.load(&MINS_OF_8))),
    }
}

/// Each of eight bytes twice, as 16-bit numbers.
static MINS_OF_8: [u8; 32] = {
    let mut index = [128; 32];
    let mut at = 0;
    while at < 32 {
        index[at] = (at / 4) as u8;
        at += 2;
    }
    index
};
