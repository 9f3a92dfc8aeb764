//! What a format says of its blocks.

use std::arch::x86_64::{__m256, __m256i};
use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::activation::of_32::Of32;
use crate::scalar::Scalar;
use crate::simd::x86::Avx2;

/// The block of `K`.
pub(super) type Block<K> = <<K as Blocks256>::Scalar as Scalar>::Block;

/// The activation's block of `K`.
pub(super) type Act<K> = <<K as Blocks256>::Scalar as Scalar>::Activation;

/// A format whose blocks are unpacked by AVX2.
pub(crate) trait Blocks256: Sized + 'static {
    /// The format.
    type Scalar: Scalar<Activation: Of32>;
    /// The blocks of 256 weights.
    type Chunk: Pod;
    /// How codes are multiplied.
    type Codes: Codes<Self>;
    /// How scales lie.
    type Scaling: Scaling<Self>;

    /// The `index`-th 32 codes, as [`Self::Codes`] takes them.
    fn codes(s: Avx2, chunk: &Self::Chunk, index: usize) -> __m256i;
}

/// A format whose codes are bytes already.
pub(crate) trait StoredBytes: Blocks256 {
    /// The `index`-th 32 codes.
    fn stored(chunk: &Self::Chunk, index: usize) -> &[i8; 32];
}

/// A format with a scale for each 32 weights.
pub(crate) trait ScaleOf32: Blocks256 {
    /// The scale of the `index`-th 32 weights.
    fn scale(chunk: &Self::Chunk, index: usize) -> f32;

    /// All scales in order.
    fn scales(s: Avx2, chunk: &Self::Chunk) -> __m256;
}

/// A format with a scale for each 16 weights.
pub(crate) trait ScaleOf16: Blocks256 {
    /// The scales in order.
    fn scales(s: Avx2, chunk: &Self::Chunk) -> [__m256; 2];
}

/// A format with a scale and a minimum for each 32 weights.
pub(crate) trait ScaleAndMin: Blocks256 {
    /// The scales in order.
    fn scales(s: Avx2, chunk: &Self::Chunk) -> __m256;

    /// The minimums in order.
    fn mins(s: Avx2, chunk: &Self::Chunk) -> __m256;

    /// Scales and minimums in turn: those of the first four blocks, then of the last.
    fn scales_and_mins(s: Avx2, chunk: &Self::Chunk) -> [__m256; 2];
}

/// How 32 codes are multiplied with 32 of an activation.
pub(crate) trait Multiply<K: Blocks256> {
    /// What the offset of the codes adds to the products of `y`, in 16-bit pairs.
    #[inline(always)]
    fn offsets(s: Avx2, _y: __m256i) -> __m256i {
        s.zero()
    }

    /// Sums of four products in each of eight lanes, `offsets` subtracted.
    fn quads(s: Avx2, codes: __m256i, y: __m256i, offsets: __m256i) -> __m256i;

    /// Partial sums of the products of the `index`-th 32 codes. `least` tracks the minimum of the activation's codes
    /// for [`Codes::is_exact`].
    #[inline(always)]
    fn products(s: Avx2, chunk: &K::Chunk, index: usize, a: &Act<K>, _least: &mut __m256i) -> __m256i {
        let y = s.load(a.codes());
        Self::quads(s, K::codes(s, chunk, index), y, Self::offsets(s, y))
    }
}

/// The kind of a format's codes.
pub(crate) trait Codes<K: Blocks256>: Multiply<K> {
    /// What multiplies where `Self` is not exact.
    type Exact: Multiply<K>;
    /// 32 codes of eight rows in a panel, a lane a row.
    type Rows: Copy + Zeroable;
    /// 32 codes of an activation that meet [`Self::Rows`].
    type Column: Copy + Zeroable;

    /// Whether products with these activations' codes are exact.
    #[inline(always)]
    fn is_exact(_: Avx2, _least: __m256i) -> bool {
        true
    }

    /// [`Self::is_exact`] for a whole activation.
    #[inline(always)]
    fn is_exact_for(_: Avx2, _: &[Act<K>]) -> bool {
        true
    }

    /// 32 codes of an activation.
    fn column(s: Avx2, codes: &[i8; 32]) -> Self::Column;

    /// The correction for the offset of codes, to be added to the products of each 16 codes of an activation.
    #[inline(always)]
    fn column_offsets(_: Avx2, _: &[i8; 32]) -> [i32; 2] {
        [0; 2]
    }

    /// Stores 32 codes of eight rows: register i has the i-th four of each row, a lane a row.
    fn store(s: Avx2, transposed: [__m256i; 8], rows: &mut Self::Rows);

    /// Adds the products of some of eight times four codes.
    fn add_tile<const R: usize, const C: usize>(
        s: Avx2,
        rows: [&Self::Rows; R],
        columns: [&Self::Column; C],
        fours: Range<usize>,
        sums: &mut [[__m256i; C]; R],
    );
}

/// Where the scales of a format are, and whether there are minimums.
pub(crate) trait Scaling<K: Blocks256> {
    /// Scales of 32 weights.
    const PARTS: usize;
    /// What `matvec` prepares of 256 weights of eight rows, and of an activation.
    type Rows;

    /// Adds the products of 256 weights to four accumulators, which hides the latency of additions, and those of their
    /// minimums to a fifth.
    fn add_chunk<M: Multiply<K>>(
        s: Avx2,
        chunk: &K::Chunk,
        a: &[Act<K>; 8],
        sums: &mut [__m256; 5],
        least: &mut __m256i,
    );

    /// The accumulators of [`Self::add_chunk`] added up, lane by lane.
    #[inline(always)]
    fn total(s: Avx2, sums: &[__m256; 5]) -> __m256 {
        s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3]))
    }

    /// Prepares 256 weights of eight rows and an activation.
    fn rows(s: Avx2, rows: [&K::Chunk; 8], a: &[Act<K>; 8]) -> Self::Rows;

    /// Adds the products of the `index`-th 32 weights, which `integers` has the partial sums of, a register a row.
    fn add_rows(s: Avx2, rows: &Self::Rows, index: usize, integers: &[__m256i; 8], sum: __m256) -> __m256;

    /// Stores the scales and the minimums of eight rows, a lane a row.
    fn store(s: Avx2, rows: [&K::Chunk; 8], scales: &mut [[[f32; 8]; 2]; 8], mins: &mut [[f32; 8]; 8]);

    /// Adds the product of eight rows' minimums with an activation's sum.
    #[inline(always)]
    fn add_min(_: Avx2, _mins: &[f32; 8], _sum_of_activation: f32, sum: __m256) -> __m256 {
        sum
    }
}

/// The kernels of a format in blocks.
pub(crate) struct Blocks<K>(PhantomData<K>);

impl<K: Blocks256> Blocks<K> {
    /// Blocks in a chunk.
    pub(super) const CHUNK: usize = size_of::<K::Chunk>() / size_of::<Block<K>>();
}
