//! IQ3_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq3_s::GRID;
use crate::numeric::F16;
use crate::product::avx2::grid;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::{eight_nibbles, without_mins};
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = grid::OFFSET as i16;
    const SCALING: Scaling = Scaling::Pairs;
    const TOP: i32 = 127;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        let signs: [u32; 8] = bytemuck::cast(block.signs);
        let mut codes = [s.zero(); 8];
        for (j, codes) in codes.iter_mut().enumerate() {
            let (low, high) = (block.qs.as_chunks::<8>().0[j], usize::from(block.qh[j]));
            let index = [0, 1, 2, 3, 4, 5, 6, 7].map(|k| usize::from(low[k]) | high << (8 - k) & 0x100);
            *codes = grid::signed(s, grid::fours(s, &GRID.points, index), signs[j]);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> Scales {
        without_mins(s, grid::odd(s, eight_nibbles(s, bytemuck::cast(block.scales))))
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
