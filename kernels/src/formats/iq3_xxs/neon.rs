//! IQ3_XXS by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::codec::iq_grids::iq3_xxs::GRID;
use crate::product::neon::grid;
use crate::product::neon::super_blocks::{Plain, Scaling, SuperBlock, SuperBlocks};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = Plain;

    const TOP: i32 = 62;
    const SCALING: Scaling = Scaling::ThirtyTwos;
    const GATHERED: bool = true;
    const FRACTION: i32 = 2;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let signs = grid::even_signs(s, grid::seven_bits(s, s.load_u32(&block.words.as_chunks::<4>().0[half])));
        let mut codes = [s.set1_i8(0); 8];
        for (at, codes) in codes.iter_mut().enumerate() {
            let index = block.qs.as_chunks::<4>().0[8 * half + at].map(usize::from);
            *codes = grid::with_signs(s, grid::fours(s, &GRID.points, index), signs, at);
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        let words: &[[u8; 16]; 2] = bytemuck::cast_ref(&block.words);
        grid::odd_scales_of_words(s, words.each_ref().map(|words| s.load_u32(words)))
    }
}
