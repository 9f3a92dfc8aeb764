//! IQ3_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq3_s::GRID;
use crate::numeric::F16;
use crate::product::avx2::grid;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::{eight_nibbles, spread_bits, without_mins};
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

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
        let high_bits: [u32; 2] = bytemuck::cast(block.qh);
        let index: [Indices<512>; 2] = unrolled!(2; half => {
            let low = s.load(&block.qs.as_chunks::<32>().0[half]);
            Indices::from_bytes(s, low, spread_bits(s, high_bits[half]))
        });
        unrolled!(8; j => {
            let levels = grid::fours(s, unrolled!(8; k => index[j / 4].byte(&GRID.points, 8 * (j % 4) + k)));
            grid::signed(s, levels, signs[j])
        })
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
