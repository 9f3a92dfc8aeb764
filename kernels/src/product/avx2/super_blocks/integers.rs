//! The integer products of several super-blocks.

use std::arch::x86_64::__m256i;
use std::hint::black_box;

use super::format::{Block, Kind, SuperBlock, SuperBlocks};
use crate::activation::q8_k;
use crate::product::registers_256::Registers256;

/// For the k-th 32 codes of a half: the bytes of the scale that belongs to each pair of them.
///
/// Kernels hide it from the compiler, which makes two shuffles of one that it knows.
pub(super) static EACH_8: [[u8; 32]; 4] = {
    let mut index = [[0; 32]; 4];
    let mut at = 0;
    while at < 128 {
        index[at / 32][at % 32] = (at / 16 * 2 + at % 2) as u8;
        at += 1;
    }
    index
};

/// How the products of several super-blocks are made.
pub(crate) trait Integers {
    /// The format.
    type Format: SuperBlock;

    /// For each super-block partial sums of its products, and of the products of its minimums.
    fn integers<S: Registers256, const N: usize>(
        s: S,
        weights: [&Block<Self::Format>; N],
        activations: [&q8_k::Block; N],
        each: &[[u8; 32]; 4],
    ) -> [[__m256i; N]; 2];
}

impl<K: SuperBlock> Integers for SuperBlocks<K> {
    type Format = K;

    #[inline(always)]
    fn integers<S: Registers256, const N: usize>(
        s: S,
        weights: [&Block<K>; N],
        activations: [&q8_k::Block; N],
        each: &[[u8; 32]; 4],
    ) -> [[__m256i; N]; 2] {
        let s = s.avx2();
        let [mut codes, mut mins] = [[s.zero(); N]; 2];
        // Opaque bounds keep the compiler from unrolling the large body.
        for at in 0..black_box(N).min(N) {
            (codes[at], mins[at]) = K::Kind::integers(s, weights[at], activations[at], each);
        }
        [codes, mins]
    }
}
