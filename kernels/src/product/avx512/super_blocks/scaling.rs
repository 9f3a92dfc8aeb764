//! The ways in which products with one activation are scaled.

use std::arch::x86_64::{__m256i, __m512i};

use super::format::{Block, ByteScales, ByteScalesBlock, HalvesBlock, NarrowKind, Scaling, SuperBlock, UnscaledBlock};
use crate::activation::q8_k;
use crate::product::avx2::super_blocks::{Kind, Scales};
use crate::product::avx512::transpose::halves;
use crate::simd::x86::Avx512;

/// Sums of two products in 16 bits: codes are at most 128.
pub(crate) struct Pairs;

/// As [`Pairs`], by scales that are bytes.
pub(crate) struct PairsByBytes;

/// Sums of eight products in 32 bits: any codes, with a scale for each 32.
pub(crate) struct Eights;

/// One scale for all.
pub(crate) struct OneScale;

/// The correction for the offset of codes: products of an activation's sums with the factors of the offset.
#[inline(always)]
fn offset_products<K: SuperBlock, S: Scaling<K>>(
    s: Avx512,
    block: &Block<K>,
    scales: __m256i,
    bsums: __m256i,
) -> __m512i {
    if K::OFFSET == 0 {
        return s.zero();
    }
    s.widen(s.narrow().multiply_pairs_i16(S::offsets(s, block, scales), bsums))
}

/// The products of an activation's sums with minimums.
#[inline(always)]
fn min_products<K: SuperBlock>(s: Avx512, mins: __m256i, bsums: __m256i) -> __m256i {
    if NarrowKind::<K>::MINS { s.narrow().multiply_pairs_i16(mins, bsums) } else { s.narrow().zero() }
}

impl<K: SuperBlock> Scaling<K> for Pairs {
    #[inline(always)]
    fn integers(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
        let Scales { scales, mins } = K::scales(s, block);
        let bsums = s.narrow().load(&a.bsums);
        let sum = offset_products::<K, Self>(s, block, scales, bsums);
        (add_pairs(s, K::codes(s, block), scales, a, sum), min_products::<K>(s, mins, bsums))
    }
}

impl<K: HalvesBlock> Scaling<K> for Eights {
    #[inline(always)]
    fn integers(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
        let Scales { scales, mins } = K::scales(s, block);
        let bsums = s.narrow().load(&a.bsums);
        let sum = offset_products::<K, Self>(s, block, scales, bsums);
        (add_halves::<K>(s, K::half_codes(s, block), scales, a, sum), min_products::<K>(s, mins, bsums))
    }
}

impl<K: UnscaledBlock> Scaling<K> for OneScale {
    const ONE: bool = true;

    #[inline(always)]
    fn offsets(s: Avx512, _: &Block<K>, _: __m256i) -> __m256i {
        s.narrow().set1_i16(-K::OFFSET)
    }

    #[inline(always)]
    fn integers(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
        let Scales { scales, mins } = K::scales(s, block);
        let bsums = s.narrow().load(&a.bsums);
        let sum = offset_products::<K, Self>(s, block, scales, bsums);
        (K::add_products(s, block, a, sum), min_products::<K>(s, mins, bsums))
    }
}

impl<K: ByteScalesBlock> Scaling<K> for PairsByBytes {
    #[inline(always)]
    fn integers(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
        const { assert!(K::OFFSET == 0) };
        let ByteScales { scales, mins } = K::byte_scales(s, block);
        let codes = K::codes(s, block);
        let mut sum = s.zero();
        for k in 0..4 {
            let y = s.load(&a.qs.as_chunks::<64>().0[k]);
            let index = s.bytes(if K::SUB_BLOCK == 16 { &TWICE_OF_16[k] } else { &TWICE_OF_8[k] });
            sum = s.dot_i16(sum, s.multiply_pairs_u8_i8(codes[k], y), s.shuffle_u8(scales, index));
        }
        (sum, min_products::<K>(s, mins, s.narrow().load(&a.bsums)))
    }
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
    const { assert!(K::SUB_BLOCK == 32) };
    let scales = s.extend_i16_i32(scales);
    for quad in 0..2 {
        let y = halves(s, unrolled!(2; half => s.load(&a.qs.as_chunks::<64>().0[2 * quad + half])));
        let products = s.dot_u8_i8(s.dot_u8_i8(s.zero(), codes[2 * quad], y[0]), codes[2 * quad + 1], y[1]);
        let scales = s.permute_u32(s.dwords(&EACH_4_OF_HALVES[quad]), scales);
        sum = s.add_i32(sum, s.mul_i32(products, scales));
    }
    sum
}

/// For the four sub-blocks of a quad: which of sixteen scales, of which pairs are equal, belongs to each four codes of
/// a half.
static EACH_4_OF_HALVES: [[u32; 16]; 2] = {
    let mut index = [[0; 16]; 2];
    let mut at = 0;
    while at < 32 {
        index[at / 16][at % 16] = at as u32 / 4 * 2;
        at += 1;
    }
    index
};

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
