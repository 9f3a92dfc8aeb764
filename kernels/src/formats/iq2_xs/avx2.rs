//! IQ2_XS by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq2_xs::GRID;
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
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        let [low, high] = unrolled!(2; half => s.shift_right_u16::<9>(s.load(&block.qs.as_chunks::<16>().0[half])));
        let signs = grid::even_signs(s, s.permute_u64::<0xd8>(s.pack_u16_u8(low, high)));
        unrolled!(8; j => {
            let groups = unrolled!(4; k => GRID.points[usize::from(block.qs[4 * j + k].get()) % 512]);
            grid::signed(s, grid::eights(s, groups), signs[j])
        })
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> Scales {
        without_mins(s, grid::odd_scales_of_16(s, &block.scales))
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
