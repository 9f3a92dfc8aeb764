//! One row times one activation.

use std::arch::x86_64::__m256i;

use bytemuck::cast_slice;

use super::format::{Act, Block, Blocks, Blocks256, Multiply, Scaling};
use crate::product::padded::padded;
use crate::simd::x86::Avx2;

/// The dot product, and the minimum that `M` has tracked of the activation's codes.
#[inline(always)]
pub(super) fn dot<K: Blocks256, M: Multiply<K>>(
    s: Avx2,
    weights: &[Block<K>],
    activation: &[Act<K>],
) -> (f32, __m256i) {
    let (mut sums, mut least) = ([s.zero_f32(); 5], s.zero());
    let whole = weights.chunks_exact(Blocks::<K>::CHUNK);
    let rest = whole.remainder();
    let (activations, rest_activation) = activation.as_chunks::<8>();
    for (chunk, activation) in whole.zip(activations) {
        let chunk: &K::Chunk = bytemuck::from_bytes(cast_slice(chunk));
        K::Scaling::add_chunk::<M>(s, chunk, activation, &mut sums, &mut least);
    }
    if !rest.is_empty() {
        K::Scaling::add_chunk::<M>(s, &padded(rest), &padded(rest_activation), &mut sums, &mut least);
    }
    (s.sum_f32(K::Scaling::total(s, &sums)), least)
}
