//! IQ2_XS by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq2_xs::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 43;
    const SCALING: Scaling = Scaling::Sixteens;
    const GATHERED: bool = true;
    const FRACTION: i32 = 3;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        // The upper seven bits of each group.
        let [low, high] = [0, 1].map(|at| s.load_u8(&block.qs.as_chunks::<8>().0[2 * half + at]));
        let signs = grid::even_signs(s, s.shift_right_u8::<1>(s.odd_u8(low, high)));
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.iter_mut().enumerate() {
            let index = block.qs.as_chunks::<2>().0[8 * half + at].map(|group| usize::from(group.get()));
            *codes = grid::with_signs(s, grid::eights(s, &GRID.points, index), signs, at);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        grid::odd_scales_of_16(s, &block.scales)
    }
}
