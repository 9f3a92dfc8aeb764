//! Super-blocks of indices of a codebook, looked up for 32 weights at a time.

use std::arch::x86_64::__m256i;
use std::hint::black_box;
use std::marker::PhantomData;

use super::super_blocks::{
    Block, Integers, OffsetBlock, ScaledBlock, SuperBlock, SuperBlocks, WithOffset, dot_of_integers, matvec,
};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::operation::MatmulShape;
use crate::product::registers_256::Registers256;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Avx2, place};

/// A format whose groups of weights are points of a codebook.
pub(crate) trait Groups: 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block, Block: Scaled>;
    /// What is unpacked of a block for all groups at once.
    type Index: Copy;

    /// The offset that unpacked codes have.
    const OFFSET: i16;
    /// The largest code.
    const TOP: i32;
    /// A factor of products besides the scales.
    const FACTOR: f32 = 1.0;
    /// Whether each 32 weights have a scale, and not each 16.
    const THIRTY_TWOS: bool;

    /// What the lookup of all groups needs.
    fn index(s: Avx2, block: &<Self::Scalar as Scalar>::Block) -> Self::Index;

    /// The `step`-th 32 codes, [`Self::OFFSET`] added; lookups read through [`in_turn`].
    fn levels<S: Registers256>(
        s: S,
        block: &<Self::Scalar as Scalar>::Block,
        index: &Self::Index,
        step: usize,
    ) -> __m256i;

    /// The scales of sub-blocks of 16.
    fn scales(s: Avx2, block: &<Self::Scalar as Scalar>::Block) -> __m256i;

    /// The factors of the sums of 16 activations that correct for [`Self::OFFSET`], given the scales.
    #[inline(always)]
    fn offsets(s: Avx2, _: &<Self::Scalar as Scalar>::Block, scales: __m256i) -> __m256i {
        s.mul_i16(scales, s.set1_i16(-Self::OFFSET))
    }
}

/// The same reference, opaque to the compiler, so that reads through it stay in order.
///
/// A compiler that sees all lookups of a block does them first, and spills the results.
#[inline(always)]
pub(crate) fn in_turn<T>(index: &T) -> &T {
    place(index)
}

/// The kernels of a format of groups.
pub(crate) struct GroupBlocks<K>(PhantomData<K>);

/// What is unpacked of a super-block before its codes are looked up; see [`Aligned`](crate::simd::x86::Aligned).
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Prepared<I> {
    index: I,
    /// The two scales of each 32 weights.
    scales: [[i16; 2]; 8],
    offsets: [i16; 16],
}

#[inline(always)]
fn prepare<K: Groups>(s: Avx2, block: &Block<Grouped<K>>) -> Prepared<K::Index> {
    let scales = K::scales(s, block);
    let offsets = bytemuck::cast(K::offsets(s, block, scales));
    Prepared { index: K::index(s, block), scales: bytemuck::cast(scales), offsets }
}

/// Partial sums of the products of codes, scales and activations.
#[inline(always)]
fn products<K: Groups, S: Registers256>(
    token: S,
    block: &Block<Grouped<K>>,
    prepared: &Prepared<K::Index>,
    a: &q8_k::Block,
    each: __m256i,
) -> __m256i {
    let (s, y) = (token.avx2(), a.qs.as_chunks::<32>().0);
    // Two accumulators, to hide the latency of additions.
    let mut sums = [s.multiply_pairs_i16(s.load(&prepared.offsets), s.load(&a.bsums)), s.zero()];
    let _: [(); 8] = unrolled!(8; step => {
        let levels = K::levels(token, block, &prepared.index, step);
        let mut scales = s.set1_i32(bytemuck::cast(prepared.scales[step]));
        if !K::THIRTY_TWOS {
            scales = s.shuffle_u8(scales, each);
        }
        sums[step % 2] = token.dot_i16(sums[step % 2], s.multiply_pairs_u8_i8(levels, s.load(&y[step])), scales);
    });
    s.add_i32(sums[0], sums[1])
}

impl<K: Groups> Integers for GroupBlocks<K> {
    type Format = Grouped<K>;

    #[inline(always)]
    fn integers<S: Registers256, const N: usize>(
        token: S,
        weights: [&Block<Grouped<K>>; N],
        activations: [&q8_k::Block; N],
        each: &[[u8; 32]; 4],
    ) -> [[__m256i; N]; 2] {
        let s = token.avx2();
        // A lane has two scales; each half of the register takes one.
        let each = s.load(&each[0]);
        // All blocks are prepared first: lookups would otherwise wait for indices that have just been stored.
        const { assert!(size_of::<K::Index>().is_multiple_of(32)) };
        let mut prepared = [prepare::<K>(s, weights[0]); N];
        for at in 1..N {
            prepared[at] = prepare::<K>(s, weights[at]);
        }
        let prepared = black_box(&prepared);
        let mut sums = [s.zero(); N];
        for at in 0..black_box(N).min(N) {
            sums[at] = products::<K, S>(token, weights[at], &prepared[at], activations[at], each);
        }
        [sums, [s.zero(); N]]
    }
}

impl<K: Groups, S: Registers256 + 'static> SimdKernel<S> for GroupBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: S, weights: &[Block<Grouped<K>>], activation: &[q8_k::Block]) -> f32 {
        dot_of_integers::<Self, S>(s, weights, activation)
    }

    #[inline(always)]
    fn matvec(s: S, weights: &[Block<Grouped<K>>], activation: &[q8_k::Block], out: &mut [f32]) {
        matvec::<Self, S>(s, weights, activation, out);
    }

    #[inline(always)]
    fn matmul(s: S, weights: &[Block<Grouped<K>>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        SuperBlocks::<Grouped<K>>::matmul(s.avx2(), weights, activations, shape, out);
    }
}

/// A format of groups as a super-block.
pub(crate) struct Grouped<K>(PhantomData<K>);

impl<K: Groups> SuperBlock for Grouped<K> {
    type Scalar = K::Scalar;
    type Kind = WithOffset;

    const TOP: i32 = K::TOP;
    const FACTOR: f32 = K::FACTOR;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block<Self>) -> [__m256i; 8] {
        let index = K::index(s, block);
        unrolled!(8; step => K::levels(s, block, &index, step))
    }
}

impl<K: Groups> ScaledBlock for Grouped<K> {
    #[inline(always)]
    fn scales(s: Avx2, block: &Block<Self>) -> __m256i {
        K::scales(s, block)
    }
}

impl<K: Groups> OffsetBlock for Grouped<K> {
    const OFFSET: i16 = K::OFFSET;

    #[inline(always)]
    fn offsets(s: Avx2, block: &Block<Self>, scales: __m256i) -> __m256i {
        K::offsets(s, block, scales)
    }
}
