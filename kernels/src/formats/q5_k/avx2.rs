//! Q5_K by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx2::decode;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::{nibbles_of_64, six_bit_scales, with_bits};
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 0;
    const SCALING: Scaling = Scaling::Pairs;
    const TOP: i32 = 31;
    const MINS: bool = true;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        with_bits::<4>(s, &block.qh, nibbles_of_64(s, &block.qs))
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> Scales {
        six_bit_scales(s, bytemuck::bytes_of(block)[4..].first_chunk().expect("a block"))
    }

    #[inline(always)]
    fn dequantize(s: Avx2, blocks: &[Block], out: &mut [f32]) {
        for (block, out) in blocks.iter().zip(out.as_chunks_mut::<256>().0) {
            let (codes, scales) = (Self::codes(s, block), Self::scales(s, block));
            decode::affine_of_32(s, codes, &scales, [block.d, block.dmin], out);
        }
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }

    #[inline(always)]
    fn dmin(block: &Block) -> F16 {
        block.dmin
    }
}
