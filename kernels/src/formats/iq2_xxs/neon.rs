//! IQ2_XXS by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t, uint32x4_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq2_xxs::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::simd::aarch64::{Neon, Tier};

/// Sign codes and scales of the sub-blocks.
#[inline(always)]
fn words(s: Neon, block: &Block) -> [uint32x4_t; 2] {
    let pairs: &[[[u8; 16]; 2]; 2] = bytemuck::cast_ref(&block.sub_blocks);
    pairs.each_ref().map(|[first, second]| s.odd_u32(s.load_u32(first), s.load_u32(second)))
}

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 43;
    const SCALING: Scaling = Scaling::ThirtyTwos;
    const GATHERED: bool = true;
    const FRACTION: i32 = 3;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let words = words(s, block);
        let signs = grid::even_signs(s, grid::seven_bits(s, words[half]));
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.iter_mut().enumerate() {
            let index = block.sub_blocks[4 * half + at / 2].index.as_chunks::<2>().0[at % 2];
            *codes = grid::with_signs(s, grid::eights(s, &GRID.points, index.map(usize::from)), signs, at);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        grid::odd_scales_of_words(s, words(s, block))
    }
}
