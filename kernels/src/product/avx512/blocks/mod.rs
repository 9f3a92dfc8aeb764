//! Blocks with scales of their own times Q8_0 or Q8_1, 512 weights at a time.

mod activation;
mod dot;
mod matmul;
mod matvec;
mod turned;

use std::arch::x86_64::{__m512, __m512i};
use std::marker::PhantomData;

use bytemuck::Pod;

pub(crate) use activation::Activation;

use super::strided;
use crate::operation::MatmulShape;
use crate::product::tile;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Avx2, Avx512};

/// The block of `K`.
type Block<K> = <<K as Blocks512>::Scalar as Scalar>::Block;

/// The activation's block of `K`.
type Act<K> = <<K as Blocks512>::Scalar as Scalar>::Activation;

/// A format whose blocks are unpacked by AVX-512.
pub(crate) trait Blocks512: 'static {
    /// The format.
    type Scalar: Scalar<Activation: Activation>;
    /// The blocks of 512 weights.
    type Chunk: Pod;
    /// The kernels on half as wide registers, which suit rows that do not fill whole ones. Their sums have the same order.
    type Narrow: SimdKernel<Avx2, Scalar = Self::Scalar>;

    /// What is to be subtracted from the unpacked codes.
    const OFFSET: u8;
    /// Whether each 16 weights have a scale, and not each 32.
    const SIXTEENS: bool = false;
    /// Whether there are minimums.
    const MINS: bool = false;

    /// The codes of the `quad`-th four times 32 weights, [`Self::OFFSET`] added so that none is negative: the first
    /// halves of all four, then the second halves, as both are added up in one register. With [`Self::SIXTEENS`] the first
    /// halves of sixteen weights, then the second: in turn one of the first 64 weights and one of the last.
    fn codes(s: Avx512, chunk: &Self::Chunk, quad: usize) -> [__m512i; 2];

    /// The scales in order; the second sixteen only with [`Self::SIXTEENS`]. With [`Self::MINS`] each is followed by its
    /// minimum.
    fn scales(s: Avx512, chunk: &Self::Chunk) -> [__m512; 2];
}

/// The scales of sixteen blocks of `STRIDE` bytes that begin with one, as an f16.
#[inline(always)]
pub(crate) fn scales<const STRIDE: usize>(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
    [s.halves_to_f32(strided::words::<0, STRIDE, 1>(s, chunk)); 2]
}

/// The same with a minimum after each.
#[inline(always)]
pub(crate) fn scales_and_mins<const STRIDE: usize>(s: Avx512, chunk: &[u8]) -> [__m512; 2] {
    let halves = strided::dwords::<0, STRIDE, 1>(s, chunk);
    [s.halves_to_f32(s.low_half(halves)), s.halves_to_f32(s.high_half::<1>(halves))]
}

/// The kernels of a format in blocks.
pub(crate) struct Blocks<K>(PhantomData<K>);

impl<K: Blocks512> Blocks<K> {
    /// Blocks in a chunk.
    const CHUNK: usize = size_of::<K::Chunk>() / size_of::<Block<K>>();
}

/// For each lane of the products of a quad its scale, out of those that [`Blocks512::scales`] has.
#[inline(always)]
fn scale_of_lanes<K: Blocks512>(s: Avx512, scales: [__m512; 2], quad: usize) -> __m512 {
    let (index, scales) = if K::MINS {
        (&BEFORE_MINS[quad], scales[quad / 2])
    } else if K::SIXTEENS {
        (&OF_SIXTEENS[quad], scales[quad / 2])
    } else {
        (&IN_ORDER[quad], scales[0])
    };
    s.permute_f32(s.dwords(index), scales)
}

/// For each quad: which of sixteen numbers belongs to each four lanes.
static IN_ORDER: [[u32; 16]; 4] = lanes(1);

/// The same where each number is followed by another.
static BEFORE_MINS: [[u32; 16]; 4] = lanes(2);

const fn lanes(step: usize) -> [[u32; 16]; 4] {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        index[at / 16][at % 16] = (at / 4 * step % 16) as u32;
        at += 1;
    }
    index
}

/// For each quad: which of sixteen numbers belongs to each two lanes, in turn of the first and of the last 64 weights.
static OF_SIXTEENS: [[u32; 16]; 4] = {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        let pair = at / 2 % 8;
        index[at / 16][at % 16] = (at / 16 % 2 * 8 + pair % 2 * 4 + pair / 2) as u32;
        at += 1;
    }
    index
};

impl<K: Blocks512> SimdKernel<Avx512> for Blocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
        dot::dot::<K>(s, weights, activation)
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
        if let Ok(activation) = activation.try_into() {
            matvec::matvec_of_halves::<K>(s, weights, activation, out);
        } else if activation.len() < 16 {
            K::Narrow::matvec(s.narrow(), weights, activation, out);
        } else {
            matvec::matvec::<K>(s, weights, activation, out);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block<K>], activations: &[Act<K>], shape: MatmulShape, out: &mut [f32]) {
        tile::matmul::<Self, Avx512, 16, 4>(s, weights, activations, shape, out);
    }
}
