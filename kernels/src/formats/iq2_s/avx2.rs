//! IQ2_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq2_s::GRID;
use crate::numeric::F16;
use crate::product::avx2::grid;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::without_mins;
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
        let signs: [u32; 8] = bytemuck::cast(block.signs);
        let mut codes = [s.zero(); 8];
        for (j, codes) in codes.iter_mut().enumerate() {
            let (low, high) = (block.qs.as_chunks::<4>().0[j], usize::from(block.qh[j]));
            let index = [high << 8, high << 6, high << 4, high << 2];
            let index = [0, 1, 2, 3].map(|k| usize::from(low[k]) | index[k] & 0x300);
            *codes = grid::signed(s, grid::eights(s, &GRID.points, index), signs[j]);
        }
        codes
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
