//! IQ3_XXS by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq3_xxs::GRID;
use crate::numeric::F16;
use crate::product::avx2::grid;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::without_mins;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = grid::OFFSET as i16;
    const SCALING: Scaling = Scaling::Pairs;
    const TOP: i32 = 127;
    const FACTOR: f32 = 0.25;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        let signs = grid::even_signs(s, grid::seven_bits(s, s.load(&block.words)));
        unrolled!(8; j => {
            let groups = unrolled!(8; k => GRID.points[usize::from(block.qs[8 * j + k])]);
            grid::signed(s, grid::fours(s, groups), signs[j])
        })
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> Scales {
        without_mins(s, grid::odd_scales_of_words(s, s.load(&block.words)))
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
