//! What a format says of its super-blocks.

use std::arch::x86_64::__m256i;
use std::marker::PhantomData;

use bytemuck::{Zeroable, cast_slice};

use crate::activation::q8_k;
use crate::block::Scaled;
use crate::numeric::F16;
use crate::scalar::{Scalar, dequantize_row};
use crate::simd::x86::Avx2;

/// Integers of the sub-blocks of 16, in order.
pub(crate) struct Scales {
    /// Factors of the products of codes.
    pub(crate) scales: __m256i,
    /// Factors of the sums of activations, whose products are subtracted.
    pub(crate) mins: __m256i,
}

/// The block of `K`.
pub(crate) type Block<K> = <<K as SuperBlock>::Scalar as Scalar>::Block;

/// A format whose super-blocks are unpacked by AVX2.
pub(crate) trait SuperBlock: Sized + 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block, Block: Scaled>;
    /// How codes are multiplied, and what is subtracted.
    type Kind: Kind<Self>;

    /// The largest code.
    const TOP: i32;
    /// A factor of products besides the scales.
    const FACTOR: f32 = 1.0;

    /// Codes in order, as [`Self::Kind`] takes them.
    fn codes(s: Avx2, block: &Block<Self>) -> [__m256i; 8];

    /// Decodes whole rows.
    #[inline(always)]
    fn dequantize(_: Avx2, blocks: &[Block<Self>], out: &mut [f32]) {
        dequantize_row::<Self::Scalar, f32>(cast_slice(blocks), out);
    }
}

/// A format with a scale for each 16 weights, or the same for two times 16, and no minimums.
pub(crate) trait ScaledBlock: SuperBlock {
    /// The scales of the sub-blocks of 16.
    fn scales(s: Avx2, block: &Block<Self>) -> __m256i;
}

/// A format with scales whose codes are unpacked with an offset, so that none is negative.
pub(crate) trait OffsetBlock: ScaledBlock {
    /// What is added to codes.
    const OFFSET: i16;

    /// The factors of the sums of 16 activations that correct for [`Self::OFFSET`], given the scales.
    #[inline(always)]
    fn offsets(s: Avx2, _: &Block<Self>, scales: __m256i) -> __m256i {
        s.mul_i16(scales, s.set1_i16(-Self::OFFSET))
    }
}

/// A format with a scale and a minimum for each 16 weights, or the same for two times 16.
pub(crate) trait ScalesAndMinsBlock: SuperBlock {
    /// The scales and the minimums of the sub-blocks of 16.
    fn scales_and_mins(s: Avx2, block: &Block<Self>) -> Scales;
}

/// A format with one scale, whose codes are unpacked with an offset, so that none is negative.
pub(crate) trait UnscaledBlock: SuperBlock {
    /// What is added to codes.
    const OFFSET: i16;

    /// Partial sums of the products of codes with activations, [`Self::OFFSET`] subtracted.
    #[inline(always)]
    fn products(s: Avx2, block: &Block<Self>, a: &q8_k::Block) -> __m256i {
        const { assert!(16 * 128 * (Self::TOP + Self::OFFSET as i32) <= 32767) };
        let (codes, y) = (Self::codes(s, block), a.qs.as_chunks::<32>().0);
        let bsums = s.load(&a.bsums);
        let offsets = if Self::OFFSET == 1 { bsums } else { s.mul_i16(bsums, s.set1_i16(Self::OFFSET)) };
        let mut pairs = s.sub_i16(s.multiply_pairs_u8_i8(codes[0], s.load(&y[0])), offsets);
        for k in 1..8 {
            pairs = s.add_i16(pairs, s.multiply_pairs_u8_i8(codes[k], s.load(&y[k])));
        }
        s.multiply_pairs_i16(pairs, s.set1_i16(1))
    }
}

/// How the products of a format's super-blocks are computed.
pub(crate) trait Kind<K: SuperBlock>: 'static {
    /// Whether codes have an offset: its correction nearly cancels the products, so both must be added up as integers
    /// before anything is rounded.
    const OFFSET: bool;
    /// Whether there are minimums.
    const MINS: bool = false;
    /// 256 codes of eight rows in a panel, a lane a row.
    type Rows: Copy + Zeroable;
    /// 256 codes of an activation that meet [`Self::Rows`].
    type Column: Copy;

    /// Scales and minimums; 0 where there are none.
    fn scales(s: Avx2, block: &Block<K>) -> Scales;

    /// The factors of the sums of 16 activations that correct for the offset of codes, given the scales.
    #[inline(always)]
    fn offsets(s: Avx2, _: &Block<K>, _scales: __m256i) -> __m256i {
        s.zero()
    }

    /// The scale of the minimums; 0 where there are none.
    #[inline(always)]
    fn dmin(_: &Block<K>) -> F16 {
        F16::from_bits(0)
    }

    /// Partial sums of the products of codes with scales and activations, corrected for the offset of codes, and of the
    /// products of minimums with activations.
    fn integers(s: Avx2, block: &Block<K>, a: &q8_k::Block, each: &[[u8; 32]; 4]) -> (__m256i, __m256i);

    /// The codes of an activation.
    fn column(s: Avx2, activation: &q8_k::Block) -> Self::Column;

    /// Stores the `k`-th 32 codes of eight rows: register i has the i-th four of each row, a lane a row. `scales` are
    /// those of the rows.
    fn store(s: Avx2, k: usize, transposed: [__m256i; 8], scales: &[[[i16; 2]; 8]; 16], rows: &mut Self::Rows);

    /// Adds the products of codes with scales and activations.
    fn add_tile<const R: usize, const C: usize>(
        s: Avx2,
        rows: [&Self::Rows; R],
        scales: [&[[[i16; 2]; 8]; 16]; R],
        columns: [&Self::Column; C],
        sums: &mut [[__m256i; C]; R],
    );
}

/// The kernels of a format in super-blocks.
pub(crate) struct SuperBlocks<K>(PhantomData<K>);
