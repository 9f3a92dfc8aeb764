//! Q5_K by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::product::avx2::decode;
use crate::product::avx2::super_blocks::{Scales, ScalesAndMinsBlock, SuperBlock, SuperBlocks, WithMins};
use crate::product::avx2::unpack::{nibbles_of_64, six_bit_scales, with_bits};
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithMins;

    const TOP: i32 = 31;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        with_bits::<4>(s, &block.qh, nibbles_of_64(s, &block.qs))
    }

    #[inline(always)]
    fn dequantize(s: Avx2, blocks: &[Block], out: &mut [f32]) {
        for (block, out) in blocks.iter().zip(out.as_chunks_mut::<256>().0) {
            let (codes, scales) = (Self::codes(s, block), Self::scales_and_mins(s, block));
            decode::affine_of_32(s, codes, &scales, [block.d, block.dmin], out);
        }
    }
}

impl ScalesAndMinsBlock for Unpack {
    #[inline(always)]
    fn scales_and_mins(s: Avx2, block: &Block) -> Scales {
        six_bit_scales(s, bytemuck::bytes_of(block)[4..].first_chunk().expect("a block"))
    }
}
