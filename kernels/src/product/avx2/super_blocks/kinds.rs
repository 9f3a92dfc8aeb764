//! The kinds of super-blocks.

use std::arch::x86_64::__m256i;

use super::format::{Block, Kind, OffsetBlock, ScaledBlock, Scales, ScalesAndMinsBlock, SuperBlock, UnscaledBlock};
use crate::activation::q8_k;
use crate::block::WithMin;
use crate::numeric::F16;
use crate::product::avx2::signed;
use crate::simd::x86::Avx2;

/// Signed codes, none below -127, that fit 16 bits when they are multiplied by their scales.
pub(crate) struct Signed;

/// Codes of at most 128 with an offset, and scales.
pub(crate) struct WithOffset;

/// Codes of at most 128, scales and minimums.
pub(crate) struct WithMins;

/// Codes of at most 128 with an offset, and one scale.
pub(crate) struct OneScale;

/// How neighbouring products of codes with activations are added up in 16 bits.
trait Pairs {
    fn pairs(s: Avx2, codes: __m256i, y: __m256i) -> __m256i;
}

impl Pairs for Signed {
    #[inline(always)]
    fn pairs(s: Avx2, codes: __m256i, y: __m256i) -> __m256i {
        signed::pairs(s, codes, y)
    }
}

/// Codes that are not negative.
struct Unsigned;

impl Pairs for Unsigned {
    #[inline(always)]
    fn pairs(s: Avx2, codes: __m256i, y: __m256i) -> __m256i {
        s.multiply_pairs_u8_i8(codes, y)
    }
}

/// Partial sums of the products of codes with scales and activations.
#[inline(always)]
fn products<K: SuperBlock, P: Pairs>(
    s: Avx2,
    block: &Block<K>,
    a: &q8_k::Block,
    scales: __m256i,
    each: &[[u8; 32]; 4],
) -> __m256i {
    let (codes, y) = (K::codes(s, block), a.qs.as_chunks::<32>().0);
    let halves = [s.choose_halves::<0x00>(scales, scales), s.choose_halves::<0x11>(scales, scales)];
    let mut sum = s.zero();
    for k in 0..8 {
        let (y, scales) = (s.load(&y[k]), s.shuffle_u8(halves[k / 4], s.load(&each[k % 4])));
        sum = s.add_i32(sum, s.multiply_pairs_i16(P::pairs(s, codes[k], y), scales));
    }
    sum
}

/// Scales without minimums.
#[inline(always)]
fn without_mins(s: Avx2, scales: __m256i) -> Scales {
    Scales { scales, mins: s.zero() }
}

impl<K: ScaledBlock> Kind<K> for Signed {
    const OFFSET: bool = false;
    /// Codes as 16-bit numbers, multiplied by their scales.
    type Rows = [[[i16; 2]; 8]; 128];
    type Column = [[i16; 2]; 128];

    #[inline(always)]
    fn scales(s: Avx2, block: &Block<K>) -> Scales {
        without_mins(s, K::scales(s, block))
    }

    #[inline(always)]
    fn integers(s: Avx2, block: &Block<K>, a: &q8_k::Block, each: &[[u8; 32]; 4]) -> (__m256i, __m256i) {
        (products::<K, Self>(s, block, a, K::scales(s, block), each), s.zero())
    }

    #[inline(always)]
    fn column(s: Avx2, activation: &q8_k::Block) -> [[i16; 2]; 128] {
        let mut column = [[[0; 2]; 16]; 8];
        for (column, codes) in column.iter_mut().zip(activation.qs.as_chunks::<32>().0) {
            *column = signed::widened_codes(s, codes);
        }
        bytemuck::cast(column)
    }

    #[inline(always)]
    fn store(
        s: Avx2,
        k: usize,
        transposed: [__m256i; 8],
        scales: &[[[i16; 2]; 8]; 16],
        rows: &mut [[[i16; 2]; 8]; 128],
    ) {
        for (step, transposed) in transposed.into_iter().enumerate() {
            let step = 8 * k + step;
            let [first, second] = &mut rows.as_chunks_mut::<2>().0[step];
            let (pairs, scales) = (signed::widened(s, transposed), s.load(&scales[step / 4]));
            s.store(first, s.mul_i16(pairs[0], scales));
            s.store(second, s.mul_i16(pairs[1], scales));
        }
    }

    #[inline(always)]
    fn add_tile<const R: usize, const C: usize>(
        s: Avx2,
        rows: [&[[[i16; 2]; 8]; 128]; R],
        _: [&[[[i16; 2]; 8]; 16]; R],
        columns: [&[[i16; 2]; 128]; C],
        sums: &mut [[__m256i; C]; R],
    ) {
        for step in 0..128 {
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
}

/// The parts of [`Kind`] in which all codes that are not negative are alike.
macro_rules! unsigned_panels {
    (scaled: $scaled:literal) => {
        type Rows = [[[u8; 4]; 8]; 64];
        type Column = [[i8; 4]; 64];

        #[inline(always)]
        fn column(_: Avx2, activation: &q8_k::Block) -> [[i8; 4]; 64] {
            bytemuck::cast(activation.qs)
        }

        #[inline(always)]
        fn store(s: Avx2, k: usize, transposed: [__m256i; 8], _: &[[[i16; 2]; 8]; 16], rows: &mut [[[u8; 4]; 8]; 64]) {
            for (rows, transposed) in rows[8 * k..][..8].iter_mut().zip(transposed) {
                s.store(rows, transposed);
            }
        }

        #[inline(always)]
        fn add_tile<const R: usize, const C: usize>(
            s: Avx2,
            rows: [&[[[u8; 4]; 8]; 64]; R],
            scales: [&[[[i16; 2]; 8]; 16]; R],
            columns: [&[[i8; 4]; 64]; C],
            sums: &mut [[__m256i; C]; R],
        ) {
            add_unsigned_tile::<K, $scaled, R, C>(s, rows, scales, columns, sums);
        }
    };
}

/// Adds the products of codes that are not negative; `SCALED` by the scales of their sub-blocks.
#[inline(always)]
fn add_unsigned_tile<K: SuperBlock, const SCALED: bool, const R: usize, const C: usize>(
    s: Avx2,
    rows: [&[[[u8; 4]; 8]; 64]; R],
    scales: [&[[[i16; 2]; 8]; 16]; R],
    columns: [&[[i8; 4]; 64]; C],
    sums: &mut [[__m256i; C]; R],
) {
    for sub_block in 0..16 {
        // Pairs of products are added up in 16 bits while they are sure to fit.
        let fit = const { if 32768 / (256 * K::TOP) < 4 { 32768 / (256 * K::TOP) as usize } else { 4 } };
        for first in (4 * sub_block..4 * sub_block + 4).step_by(fit) {
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
                let scales = if SCALED { s.load(&scales[r][sub_block]) } else { s.set1_i16(1) };
                for c in 0..C {
                    sums[r][c] = s.add_i32(sums[r][c], s.multiply_pairs_i16(products[r][c], scales));
                }
            }
        }
    }
}

impl<K: OffsetBlock> Kind<K> for WithOffset {
    const OFFSET: bool = true;

    unsigned_panels!(scaled: true);

    #[inline(always)]
    fn scales(s: Avx2, block: &Block<K>) -> Scales {
        without_mins(s, K::scales(s, block))
    }

    #[inline(always)]
    fn offsets(s: Avx2, block: &Block<K>, scales: __m256i) -> __m256i {
        K::offsets(s, block, scales)
    }

    #[inline(always)]
    fn integers(s: Avx2, block: &Block<K>, a: &q8_k::Block, each: &[[u8; 32]; 4]) -> (__m256i, __m256i) {
        let scales = K::scales(s, block);
        let bsums = s.load(&a.bsums);
        let sum = products::<K, Unsigned>(s, block, a, scales, each);
        (s.add_i32(sum, s.multiply_pairs_i16(K::offsets(s, block, scales), bsums)), s.zero())
    }
}

impl<K: ScalesAndMinsBlock> Kind<K> for WithMins
where
    Block<K>: WithMin,
{
    const OFFSET: bool = false;
    const MINS: bool = true;

    unsigned_panels!(scaled: true);

    #[inline(always)]
    fn scales(s: Avx2, block: &Block<K>) -> Scales {
        K::scales_and_mins(s, block)
    }

    #[inline(always)]
    fn dmin(block: &Block<K>) -> F16 {
        block.min()
    }

    #[inline(always)]
    fn integers(s: Avx2, block: &Block<K>, a: &q8_k::Block, each: &[[u8; 32]; 4]) -> (__m256i, __m256i) {
        let Scales { scales, mins } = K::scales_and_mins(s, block);
        let bsums = s.load(&a.bsums);
        (products::<K, Unsigned>(s, block, a, scales, each), s.multiply_pairs_i16(mins, bsums))
    }
}

impl<K: UnscaledBlock> Kind<K> for OneScale {
    const OFFSET: bool = true;

    unsigned_panels!(scaled: false);

    #[inline(always)]
    fn scales(s: Avx2, _: &Block<K>) -> Scales {
        without_mins(s, s.zero())
    }

    #[inline(always)]
    fn offsets(s: Avx2, _: &Block<K>, _: __m256i) -> __m256i {
        s.set1_i16(-K::OFFSET)
    }

    #[inline(always)]
    fn integers(s: Avx2, block: &Block<K>, a: &q8_k::Block, _: &[[u8; 32]; 4]) -> (__m256i, __m256i) {
        (K::products(s, block, a), s.zero())
    }
}
