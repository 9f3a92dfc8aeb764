//! What a format says of its super-blocks.

use std::arch::x86_64::{__m256i, __m512i};
use std::marker::PhantomData;

use crate::activation::q8_k;
use crate::block::Scaled;
use crate::product::avx2::super_blocks::{Kind, Scales, SuperBlock as Narrow};
use crate::scalar::Scalar;
use crate::simd::x86::Avx512;

/// Scales that are bytes, none negative.
pub(crate) struct ByteScales {
    /// In each 128 bits the scales of the sub-blocks in order; of eight, those twice.
    pub(crate) scales: __m512i,
    /// As [`Scales::mins`].
    pub(crate) mins: __m256i,
}

/// The block of `K`.
pub(super) type Block<K> = <<K as SuperBlock>::Scalar as Scalar>::Block;

/// The kind of `K` in registers of 256 bits.
pub(super) type NarrowKind<K> = <<K as SuperBlock>::Narrow as Narrow>::Kind;

/// A format whose super-blocks are unpacked by AVX-512.
pub(crate) trait SuperBlock: Sized + 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block, Block: Scaled>;
    /// The same in registers of 256 bits, which are as wide as scales need.
    type Narrow: Narrow<Scalar = Self::Scalar>;
    /// How products with one activation are scaled.
    type Scaling: Scaling<Self>;

    /// What is added to codes, so that none is negative.
    const OFFSET: i16;
    /// Weights that share a scale, 16 or 32.
    const SUB_BLOCK: usize;
    /// Whether unpacking takes so many instructions that `dot` must not be unrolled.
    const LARGE: bool = false;

    /// Codes in order, with [`Self::OFFSET`].
    fn codes(s: Avx512, block: &Block<Self>) -> [__m512i; 4];

    /// Scales and minimums.
    #[inline(always)]
    fn scales(s: Avx512, block: &Block<Self>) -> Scales {
        NarrowKind::<Self>::scales(s.narrow(), block)
    }

    /// The factors of the sums of 16 activations that correct for [`Self::OFFSET`], given the scales.
    #[inline(always)]
    fn offsets(s: Avx512, _: &Block<Self>, scales: __m256i) -> __m256i {
        s.narrow().mul_i16(scales, s.narrow().set1_i16(-Self::OFFSET))
    }
}

/// A format with codes of any size that are also unpacked as halves of sub-blocks of 32.
pub(crate) trait HalvesBlock: SuperBlock {
    /// Codes as [`SuperBlock::codes`], but of each four sub-blocks of 32 the first halves, then the second: the products
    /// of both are scaled together.
    fn half_codes(s: Avx512, block: &Block<Self>) -> [__m512i; 4];
}

/// A format without offset whose scales are unpacked as bytes, which takes fewer instructions.
pub(crate) trait ByteScalesBlock: SuperBlock {
    /// Scales and minimums.
    fn byte_scales(s: Avx512, block: &Block<Self>) -> ByteScales;
}

/// A format with one scale.
pub(crate) trait UnscaledBlock: SuperBlock {
    /// Adds partial sums of the products of codes, [`SuperBlock::OFFSET`] included, with activations.
    #[inline(always)]
    fn add_products(s: Avx512, block: &Block<Self>, a: &q8_k::Block, mut sum: __m512i) -> __m512i {
        let (codes, y) = (Self::codes(s, block), a.qs.as_chunks::<64>().0);
        for k in 0..4 {
            sum = s.dot_u8_i8(sum, codes[k], s.load(&y[k]));
        }
        sum
    }
}

/// How the products of a format's super-blocks with one activation are scaled.
pub(crate) trait Scaling<K: SuperBlock>: 'static {
    /// Whether one scale is all.
    const ONE: bool = false;

    /// See [`SuperBlock::offsets`].
    #[inline(always)]
    fn offsets(s: Avx512, block: &Block<K>, scales: __m256i) -> __m256i {
        K::offsets(s, block, scales)
    }

    /// Partial sums of the products of codes with scales and activations, corrected for the offset of codes, and of the
    /// products of minimums with activations.
    fn integers(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i);
}

/// The kernels of a format in super-blocks.
pub(crate) struct SuperBlocks<K>(PhantomData<K>);
