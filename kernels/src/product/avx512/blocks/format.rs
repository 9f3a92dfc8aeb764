//! What a format says of its blocks.

use std::arch::x86_64::{__m512, __m512i};
use std::marker::PhantomData;

use bytemuck::Pod;

use super::activation::Activation;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Avx2, Avx512};

/// The block of `K`.
pub(super) type Block<K> = <<K as Blocks512>::Scalar as Scalar>::Block;

/// The activation's block of `K`.
pub(super) type Act<K> = <<K as Blocks512>::Scalar as Scalar>::Activation;

/// Where the scales of a format are, and whether there are minimums.
pub(crate) trait Scaling: 'static {
    /// Whether each 16 weights have a scale, and not each 32.
    const SIXTEENS: bool = false;
    /// Whether there are minimums.
    const MINS: bool = false;
}

/// A scale for each 32 weights.
pub(crate) struct Each32;

impl Scaling for Each32 {}

/// A scale for each 16 weights.
pub(crate) struct Each16;

impl Scaling for Each16 {
    const SIXTEENS: bool = true;
}

/// A scale and a minimum for each 32 weights.
pub(crate) struct Each32WithMin;

impl Scaling for Each32WithMin {
    const MINS: bool = true;
}

/// A format whose blocks are unpacked by AVX-512.
pub(crate) trait Blocks512: 'static {
    /// The format.
    type Scalar: Scalar<Activation: Activation>;
    /// The blocks of 512 weights.
    type Chunk: Pod;
    /// The kernels on half as wide registers, which suit rows that do not fill whole ones. Their sums have the same order.
    type Narrow: SimdKernel<Avx2, Scalar = Self::Scalar>;
    /// How scales lie.
    type Scaling: Scaling;

    /// The offset that unpacked codes have.
    const OFFSET: u8;

    /// The codes of the `quad`-th four times 32 weights, [`Self::OFFSET`] added so that none is negative: the first
    /// halves of all four, then the second halves, as both are added up in one register. With [`Each16`] the first
    /// halves of sixteen weights, then the second: in turn one of the first 64 weights and one of the last.
    fn codes(s: Avx512, chunk: &Self::Chunk, quad: usize) -> [__m512i; 2];

    /// The scales in order; the second sixteen only with [`Each16`]. With [`Each32WithMin`] each is followed by its
    /// minimum.
    fn scales(s: Avx512, chunk: &Self::Chunk) -> [__m512; 2];
}

/// The kernels of a format in blocks.
pub(crate) struct Blocks<K>(PhantomData<K>);

impl<K: Blocks512> Blocks<K> {
    /// Blocks in a chunk.
    pub(super) const CHUNK: usize = size_of::<K::Chunk>() / size_of::<Block<K>>();
}
