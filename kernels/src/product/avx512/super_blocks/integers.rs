//! The integer products of a super-block.

use std::arch::x86_64::{__m256i, __m512i};

use super::{Block, ByteScales, Scaling, SuperBlock};
use crate::activation::q8_k;
use crate::product::avx2::super_blocks::{Scales, SuperBlock as _};
use crate::product::avx512::transpose::halves;
use crate::simd::x86::Avx512;

/// Lanes whose sum is that of codes times scales times activations, and lanes whose sum is that of the minimums.
#[inline(always)]
pub(super) fn integers<K: SuperBlock>(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
    if K::BYTE_SCALES {
        return integers_of_bytes::<K>(s, block, a);
    }
    let Scales { scales, mins } = K::scales(s, block);
    let narrow = s.narrow();
    let bsums = narrow.load(&a.bsums);
    let mut sum = s.zero();
    if K::OFFSET != 0 {
        sum = s.widen(narrow.multiply_pairs_i16(K::offsets(s, block, scales), bsums));
    }
    sum = match K::SCALING {
        Scaling::Pairs => add_pairs(s, K::codes(s, block), scales, a, sum),
        Scaling::Quads => add_halves::<K>(s, K::half_codes(s, block), scales, a, sum),
        Scaling::None => K::unscaled(s, block, a, sum),
    };
    let mins = if K::Narrow::MINS { narrow.multiply_pairs_i16(mins, bsums) } else { narrow.zero() };
    (sum, mins)
}

/// Adds products of codes in order.
#[inline(always)]
fn add_pairs(s: Avx512, codes: [__m512i; 4], scales: __m256i, a: &q8_k::Block, mut sum: __m512i) -> __m512i {
    // Each scale twice in 32 bits: these take one instruction to permute, where 16 bits take two.
    let scales = s.extend_u16_u32(scales);
    let twice = s.or(scales, s.shift_left_i32::<16>(scales));
    for k in 0..4 {
        let products = s.multiply_pairs_u8_i8(codes[k], s.load(&a.qs.as_chunks::<64>().0[k]));
        sum = s.dot_i16(sum, products, s.permute_u32(s.dwords(&EACH_4[k]), twice));
    }
    sum
}

/// For the k-th 64 codes: which scale belongs to each four of them.
static EACH_4: [[u32; 16]; 4] = {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        index[at / 16][at % 16] = at as u32 / 4;
        at += 1;
    }
    index
};

/// Adds products of codes that come as halves of sub-blocks.
#[inline(always)]
fn add_halves<K: SuperBlock>(
    s: Avx512,
    codes: [__m512i; 4],
    scales: __m256i,
    a: &q8_k::Block,
    mut sum: __m512i,
) -> __m512i {
    const { assert!(!matches!(K::SCALING, Scaling::Quads) || K::SUB_BLOCK == 32) };
    let scales = s.extend_i16_i32(scales);
    for quad in 0..2 {
        let y = halves(s, unrolled!(2; half => s.load(&a.qs.as_chunks::<64>().0[2 * quad + half])));
        let products = s.dot_u8_i8(s.dot_u8_i8(s.zero(), codes[2 * quad], y[0]), codes[2 * quad + 1], y[1]);
        let scales = s.permute_u32(s.dwords(&EACH_4_OF_HALVES[quad]), scales);
        sum = s.add_i32(sum, s.mul_i32(products, scales));
    }
    sum
}

/// For the four sub-blocks of a quad: which of sixteen scales, each there twice, belongs to each four codes of a half.
static EACH_4_OF_HALVES: [[u32; 16]; 2] = {
    let mut index = [[0; 16]; 2];
    let mut at = 0;
    while at < 32 {
        index[at / 16][at % 16] = at as u32 / 4 * 2;
        at += 1;
    }
    index
};

/// The same by scales that are bytes.
#[inline(always)]
fn integers_of_bytes<K: SuperBlock>(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
    const { assert!(!K::BYTE_SCALES || K::OFFSET == 0) };
    let ByteScales { scales, mins } = K::byte_scales(s, block);
    let codes = K::codes(s, block);
    let mut sum = s.zero();
    for k in 0..4 {
        let y = s.load(&a.qs.as_chunks::<64>().0[k]);
        let index = s.bytes(if K::SUB_BLOCK == 16 { &TWICE_OF_16[k] } else { &TWICE_OF_8[k] });
        sum = s.dot_i16(sum, s.multiply_pairs_u8_i8(codes[k], y), s.shuffle_u8(scales, index));
    }
    let narrow = s.narrow();
    let mins = if K::Narrow::MINS { narrow.multiply_pairs_i16(mins, narrow.load(&a.bsums)) } else { narrow.zero() };
    (sum, mins)
}

/// For the k-th 64 codes: the byte of the scale that belongs to each two of them, widened by a zero.
static TWICE_OF_16: [[u8; 64]; 4] = bytes_of_scales(16);
static TWICE_OF_8: [[u8; 64]; 4] = bytes_of_scales(32);

const fn bytes_of_scales(sub_block: usize) -> [[u8; 64]; 4] {
    let mut index = [[128; 64]; 4];
    let mut at = 0;
    while at < 256 {
        index[at / 64][at % 64] = (at / sub_block) as u8;
        at += 2;
    }
    index
}
