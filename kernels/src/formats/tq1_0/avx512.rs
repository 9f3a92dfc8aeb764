//! TQ1_0 by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, avx2, scalar};
use crate::activation::q8_k;
use crate::product::avx512::super_blocks::{OneScale, SuperBlock, SuperBlocks, UnscaledBlock};
use crate::product::unrolled;
use crate::simd::x86::Avx512;

/// The byte that has each weight's digit, and the power of 3 that moves the digit to the top.
struct Places {
    bytes: [[u8; 64]; 4],
    even_powers: [[u16; 32]; 4],
    odd_powers: [[u16; 32]; 4],
}

static PLACES: Places = {
    let mut places = Places { bytes: [[0; 64]; 4], even_powers: [[0; 32]; 4], odd_powers: [[0; 32]; 4] };
    let powers = [1, 3, 9, 27, 81];
    let mut weight = 0;
    while weight < 256 {
        let (byte, power) = if weight < 160 {
            (weight % 32, powers[weight / 32])
        } else if weight < 240 {
            (32 + (weight - 160) % 16, powers[(weight - 160) / 16])
        } else {
            (48 + (weight - 240) % 4, powers[(weight - 240) / 4])
        };
        let (k, lane) = (weight / 64, weight % 64);
        places.bytes[k][lane] = byte as u8;
        let powers = if lane % 2 == 0 { &mut places.even_powers } else { &mut places.odd_powers };
        powers[k][lane / 2] = power;
        weight += 1;
    }
    places
};

/// The bytes of the `k`-th 64 weights times their powers of 3, modulo 256, which moves digits to the top.
#[inline(always)]
fn times_powers(s: Avx512, bytes: __m512i, k: usize) -> __m512i {
    let even = s.mul_i16(bytes, s.words(&PLACES.even_powers[k]));
    let odd = s.mul_i16(s.and(bytes, s.set1_i16(-256)), s.words(&PLACES.odd_powers[k]));
    s.chosen(s.set1_i16(0xff), even, odd)
}

/// Bytes times 3, modulo 256.
///
/// The operand is opaque: the compiler would merge several of these into a product of bytes, which takes four
/// instructions.
#[inline(always)]
fn tripled(s: Avx512, bytes: __m512i) -> __m512i {
    let bytes = s.made(bytes);
    s.add_i8(s.add_i8(bytes, bytes), bytes)
}

/// Bytes times 3 where a mask has all bits set, the others as they are.
#[inline(always)]
fn partly_tripled(s: Avx512, bytes: __m512i, mask: &'static [u8; 64]) -> __m512i {
    s.add_i8(bytes, s.and(s.add_i8(bytes, bytes), s.bytes(mask)))
}

static UPPER_HALF: [u8; 64] = from(32);
static LAST_QUARTER: [u8; 64] = from(48);

const fn from(start: usize) -> [u8; 64] {
    let mut mask = [0; 64];
    let mut lane = start;
    while lane < 64 {
        mask[lane] = 0xff;
        lane += 1;
    }
    mask
}

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Narrow = avx2::Unpack;
    type Scaling = OneScale;

    const OFFSET: i16 = 1;
    const SUB_BLOCK: usize = 32;
    const LARGE: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // The block with its scale, whose bytes no index refers to.
        let bytes = s.load(block);
        let one = s.set1_i8(1);
        unrolled!(4; k => {
            let moved = times_powers(s, s.permute_u8(s.bytes(&PLACES.bytes[k]), bytes), k);
            let first = s.keep_u8(s.at_least_u8(moved, s.set1_i8(86)), one);
            s.masked_add_i8(first, s.at_least_u8(moved, s.set1_i8(171u8 as i8)), first, one)
        })
    }
}

impl UnscaledBlock for Unpack {
    /// Digits are not extracted: where b is a byte times a power of 3 and c is 3 b, both modulo 256, the digit is (3 b
    /// - c) / 256. Sums of products are linear, so the same holds for them.
    #[inline(always)]
    fn add_products(s: Avx512, block: &Block, a: &q8_k::Block, sum: __m512i) -> __m512i {
        let (of_five, of_rest) = block.qs.split_at(32);
        let of_five = s.load_twice::<[u8; 32]>(of_five.try_into().expect("48 bytes"));
        let of_rest = s.load_four_times(of_rest.try_into().expect("48 bytes"));
        // Four registers of bytes, the top digits of which belong to 64 weights each: digits 0 and 1 of the first 32
        // bytes; 2 and 3; 4, with digits 0 and 1 of the next 16 bytes; 2 to 4 of these, with the last four bytes.
        let first = partly_tripled(s, of_five, &UPPER_HALF);
        let first_tripled = tripled(s, first);
        let second = tripled(s, first_tripled);
        let second_tripled = tripled(s, second);
        let third = s.shuffle_quarters::<0b11_10_11_10>(second_tripled, partly_tripled(s, of_rest, &LAST_QUARTER));
        let of_last = s.set1_i32(i32::from_le_bytes(block.qh));
        let fourth = times_powers(s, s.chosen(s.bytes(&LAST_QUARTER), of_last, of_rest), 3);
        let bytes = [first, second, third, fourth];
        let next = [first_tripled, second_tripled, tripled(s, third), tripled(s, fourth)];
        let y = a.qs.as_chunks::<64>().0;
        let mut sums = [s.zero(); 2];
        for k in 0..4 {
            let y = s.load(&y[k]);
            sums = [s.dot_u8_i8(sums[0], bytes[k], y), s.dot_u8_i8(sums[1], next[k], y)];
        }
        let three = s.add_i32(s.add_i32(sums[0], sums[0]), sums[0]);
        s.add_i32(sum, s.shift_right_i32::<8>(s.sub_i32(three, sums[1])))
    }
}
