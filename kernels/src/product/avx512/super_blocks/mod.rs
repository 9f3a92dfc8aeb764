//! Super-blocks of 256 weights times Q8_K.

mod dot;
mod integers;
mod matmul;
mod matvec;

use std::arch::x86_64::{__m256i, __m512i};
use std::marker::PhantomData;

use crate::activation::q8_k;
use crate::operation::MatmulShape;
use crate::product::avx2::super_blocks::{Scales, SuperBlock as Narrow};
use crate::product::tile;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx512;

/// How codes meet the scales of their sub-blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scaling {
    /// Pairs of products fit 16 bits: codes are at most 128.
    Pairs,
    /// Sums of eight products in 32 bits: any codes.
    Quads,
    /// There is one scale for all.
    None,
}

/// Scales that are bytes, none negative.
pub(crate) struct ByteScales {
    /// In each 128 bits the scales of the sub-blocks in order; of eight, those twice.
    pub(crate) scales: __m512i,
    /// As [`Scales::mins`].
    pub(crate) mins: __m256i,
}

/// The block of `K`.
type Block<K> = <<K as SuperBlock>::Scalar as Scalar>::Block;

/// A format whose super-blocks are unpacked by AVX-512.
pub(crate) trait SuperBlock: 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block>;
    /// The same in registers of 256 bits, which are as wide as scales need.
    type Narrow: Narrow<Scalar = Self::Scalar>;

    /// What is to be subtracted from the unpacked codes.
    const OFFSET: i16;
    /// How scales are applied.
    const SCALING: Scaling;
    /// Weights that share a scale, 16 or 32.
    const SUB_BLOCK: usize;

    /// Codes in order, [`Self::OFFSET`] added so that none is negative.
    fn codes(s: Avx512, block: &Block<Self>) -> [__m512i; 4];

    /// Codes as [`Self::codes`], but of each four sub-blocks of 32 the first halves, then the second, whose products are
    /// scaled together: what products with one activation take with [`Scaling::Quads`].
    #[inline(always)]
    fn half_codes(s: Avx512, _: &Block<Self>) -> [__m512i; 4] {
        [s.zero(); 4]
    }

    /// `sum` and lanes whose sum is that of codes times activations: how products with one activation are made without
    /// scales of sub-blocks.
    #[inline(always)]
    fn unscaled(s: Avx512, block: &Block<Self>, a: &q8_k::Block, mut sum: __m512i) -> __m512i {
        let (codes, y) = (Self::codes(s, block), a.qs.as_chunks::<64>().0);
        for k in 0..4 {
            sum = s.dot_u8_i8(sum, codes[k], s.load(&y[k]));
        }
        sum
    }

    /// Scales and minimums.
    #[inline(always)]
    fn scales(s: Avx512, block: &Block<Self>) -> Scales {
        Self::Narrow::scales(s.narrow(), block)
    }

    /// Whether scales can be had by [`Self::byte_scales`], which takes fewer instructions.
    const BYTE_SCALES: bool = false;

    /// Scales and minimums; only with [`Self::BYTE_SCALES`].
    #[inline(always)]
    fn byte_scales(s: Avx512, _: &Block<Self>) -> ByteScales {
        ByteScales { scales: s.zero(), mins: s.narrow().zero() }
    }

    /// Whether unpacking takes so many instructions that `dot` is not to repeat them.
    const LARGE: bool = false;

    /// What the sums of 16 activations are multiplied by to take [`Self::OFFSET`] back, given the scales.
    #[inline(always)]
    fn offsets(s: Avx512, _: &Block<Self>, scales: __m256i) -> __m256i {
        let narrow = s.narrow();
        let offset = narrow.set1_i16(-Self::OFFSET);
        if Self::SCALING == Scaling::None { offset } else { narrow.mul_i16(scales, offset) }
    }
}

/// The kernels of a format in super-blocks.
pub(crate) struct SuperBlocks<K>(PhantomData<K>);

impl<K: SuperBlock> SimdKernel<Avx512> for SuperBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dequantize(s: Avx512, blocks: &[Block<K>], out: &mut [f32]) {
        K::Narrow::dequantize(s.narrow(), blocks, out);
    }

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
        if K::OFFSET == 0 {
            dot::dot_of_lanes::<K>(s, weights, activation)
        } else {
            dot::dot_of_integers::<K>(s, weights, activation)
        }
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
        matvec::matvec::<K>(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block<K>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        tile::matmul::<Self, Avx512, 16, 4>(s, weights, activations, shape, out);
    }
}
