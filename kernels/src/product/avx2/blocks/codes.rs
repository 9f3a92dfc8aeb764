//! The kinds of codes.

use std::arch::x86_64::__m256i;
use std::ops::Range;

use super::format::{Act, Blocks256, Codes, Multiply, StoredBytes};
use crate::activation::of_32::Of32;
use crate::product::avx2::signed;
use crate::simd::x86::Avx2;

/// Codes from 0 to `TOP`, from which `OFFSET` is subtracted.
pub(crate) struct Unsigned<const OFFSET: i8, const TOP: i32>;

/// Levels of a codebook, none below -127.
pub(crate) struct Levels;

/// Signed bytes, -128 among them, for activations without -128.
pub(crate) struct AnyBytes;

/// [`AnyBytes`] for any activation: the codes are widened to 16 bits.
pub(crate) struct WidenedBytes;

impl<K: Blocks256, const OFFSET: i8, const TOP: i32> Multiply<K> for Unsigned<OFFSET, TOP> {
    #[inline(always)]
    fn offsets(s: Avx2, y: __m256i) -> __m256i {
        s.multiply_pairs_u8_i8(s.set1_i8(OFFSET), y)
    }

    #[inline(always)]
    fn quads(s: Avx2, codes: __m256i, y: __m256i, offsets: __m256i) -> __m256i {
        let mut pairs = s.multiply_pairs_u8_i8(codes, y);
        if OFFSET != 0 {
            pairs = s.sub_i16(pairs, offsets);
        }
        s.multiply_pairs_i16(pairs, s.set1_i16(1))
    }
}

impl<K: Blocks256, const OFFSET: i8, const TOP: i32> Codes<K> for Unsigned<OFFSET, TOP> {
    type Exact = Self;
    type Rows = [[[u8; 4]; 8]; 8];
    type Column = [[i8; 4]; 8];

    #[inline(always)]
    fn column(_: Avx2, codes: &[i8; 32]) -> [[i8; 4]; 8] {
        bytemuck::cast(*codes)
    }

    #[inline(always)]
    fn column_offsets(s: Avx2, codes: &[i8; 32]) -> [i32; 2] {
        if OFFSET == 0 {
            return [0; 2];
        }
        let quads = s.multiply_pairs_i16(<Self as Multiply<K>>::offsets(s, s.load(codes)), s.set1_i16(1));
        let halves: [[i32; 4]; 2] = bytemuck::cast(quads);
        halves.map(|[a, b, c, d]| -(a + b + c + d))
    }

    #[inline(always)]
    fn store(s: Avx2, transposed: [__m256i; 8], rows: &mut [[[u8; 4]; 8]; 8]) {
        for (row, transposed) in rows.iter_mut().zip(transposed) {
            s.store(row, transposed);
        }
    }

    #[inline(always)]
    fn add_tile<const R: usize, const C: usize>(
        s: Avx2,
        rows: [&[[[u8; 4]; 8]; 8]; R],
        columns: [&[[i8; 4]; 8]; C],
        fours: Range<usize>,
        sums: &mut [[__m256i; C]; R],
    ) {
        // Pairs of products are added up in 16 bits while they are sure to fit.
        const { assert!(4 * 256 * TOP <= 32768) };
        let fit = const { if 32768 / (256 * TOP) < 8 { 4 } else { 8 } }.min(fours.len());
        for first in fours.step_by(fit) {
            let mut products = [[s.zero(); C]; R];
            for step in first..first + fit {
                let mut codes = [s.zero(); R];
                for r in 0..R {
                    codes[r] = s.load(&rows[r][step]);
                }
                for c in 0..C {
                    let y = s.set1_i32(bytemuck::cast(columns[c][step]));
                    for r in 0..R {
                        let pairs = s.multiply_pairs_u8_i8(codes[r], y);
                        products[r][c] = if step == first { pairs } else { s.add_i16(products[r][c], pairs) };
                    }
                }
            }
            for r in 0..R {
                for c in 0..C {
                    let quads = s.multiply_pairs_i16(products[r][c], s.set1_i16(1));
                    sums[r][c] = s.add_i32(sums[r][c], quads);
                }
            }
        }
    }
}

impl<K: Blocks256> Multiply<K> for Levels {
    #[inline(always)]
    fn quads(s: Avx2, codes: __m256i, y: __m256i, _: __m256i) -> __m256i {
        s.multiply_pairs_i16(signed::pairs(s, codes, y), s.set1_i16(1))
    }
}

impl<K: StoredBytes> Multiply<K> for AnyBytes {
    #[inline(always)]
    fn quads(s: Avx2, codes: __m256i, y: __m256i, _: __m256i) -> __m256i {
        signed::quads::<false>(s, codes, y)
    }

    #[inline(always)]
    fn products(s: Avx2, chunk: &K::Chunk, index: usize, a: &Act<K>, least: &mut __m256i) -> __m256i {
        in_turn::<K, Self>(s, chunk, index, a, least)
    }
}

impl<K: StoredBytes> Multiply<K> for WidenedBytes {
    #[inline(always)]
    fn quads(s: Avx2, codes: __m256i, y: __m256i, _: __m256i) -> __m256i {
        signed::quads::<true>(s, codes, y)
    }

    #[inline(always)]
    fn products(s: Avx2, chunk: &K::Chunk, index: usize, a: &Act<K>, least: &mut __m256i) -> __m256i {
        in_turn::<K, Self>(s, chunk, index, a, least)
    }
}

/// Products of bytes, alternately widened and as `M` makes them: widening uses other ports than multiplying bytes does,
/// so both are kept busy.
#[inline(always)]
fn in_turn<K: StoredBytes, M: Multiply<K>>(
    s: Avx2,
    chunk: &K::Chunk,
    index: usize,
    a: &Act<K>,
    least: &mut __m256i,
) -> __m256i {
    if index % 2 == 1 {
        return signed::widened_lanes(s, K::stored(chunk, index), a.codes());
    }
    let y = s.load(a.codes());
    *least = s.min_i8(*least, y);
    M::quads(s, K::codes(s, chunk, index), y, s.zero())
}

/// The parts of [`Codes`] that all signed codes share: in panels they are 16-bit numbers.
macro_rules! signed_panels {
    () => {
        type Rows = [[[i16; 2]; 8]; 16];
        type Column = [[i16; 2]; 16];

        #[inline(always)]
        fn column(s: Avx2, codes: &[i8; 32]) -> [[i16; 2]; 16] {
            signed::widened_codes(s, codes)
        }

        #[inline(always)]
        fn store(s: Avx2, transposed: [__m256i; 8], rows: &mut [[[i16; 2]; 8]; 16]) {
            for ([first, second], transposed) in rows.as_chunks_mut::<2>().0.iter_mut().zip(transposed) {
                let pairs = signed::widened(s, transposed);
                s.store(first, pairs[0]);
                s.store(second, pairs[1]);
            }
        }

        #[inline(always)]
        fn add_tile<const R: usize, const C: usize>(
            s: Avx2,
            rows: [&[[[i16; 2]; 8]; 16]; R],
            columns: [&[[i16; 2]; 16]; C],
            fours: Range<usize>,
            sums: &mut [[__m256i; C]; R],
        ) {
            for step in 2 * fours.start..2 * fours.end {
                let mut codes = [s.zero(); R];
                for r in 0..R {
                    codes[r] = s.load(&rows[r][step]);
                }
                for c in 0..C {
                    let y = s.set1_i32(bytemuck::cast(columns[c][step]));
                    for r in 0..R {
                        sums[r][c] = s.add_i32(sums[r][c], s.multiply_pairs_i16(codes[r], y));
                    }
                }
            }
        }
    };
}

impl<K: Blocks256> Codes<K> for Levels {
    type Exact = Self;

    signed_panels!();
}

impl<K: StoredBytes> Codes<K> for AnyBytes {
    type Exact = WidenedBytes;

    #[inline(always)]
    fn is_exact(s: Avx2, least: __m256i) -> bool {
        !signed::is_least(s, least)
    }

    #[inline(always)]
    fn is_exact_for(s: Avx2, activation: &[Act<K>]) -> bool {
        !signed::any_least(s, activation.iter().map(|block| block.codes()))
    }

    signed_panels!();
}
