//! IQ3_XXS by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq_grids::iq3_xxs::GRID;
use crate::product::avx2::grid;
use crate::product::avx2::groups::{GroupBlocks, Groups, in_turn};
use crate::product::registers_256::Registers256;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

/// The points of the codebook, raised.
static RAISED: [[u8; 4]; 256] = GRID.raised(grid::OFFSET);

pub(crate) type Kernel = GroupBlocks<Unpack>;

pub(crate) struct Unpack;

impl Groups for Unpack {
    type Scalar = scalar::Kernel;
    type Index = [u32; 8];

    const OFFSET: i16 = grid::OFFSET as i16;
    const TOP: i32 = 127;
    const THIRTY_TWOS: bool = true;
    const FACTOR: f32 = 0.25;

    #[inline(always)]
    fn index(s: Avx2, block: &Block) -> [u32; 8] {
        grid::even_signs(s, grid::seven_bits(s, s.load(&block.words)))
    }

    #[inline(always)]
    fn levels<S: Registers256>(s: S, block: &Block, signs: &[u32; 8], step: usize) -> __m256i {
        let index = in_turn(&block.qs.as_chunks::<8>().0[step]);
        let levels = grid::fours(s.avx2(), unrolled!(8; k => RAISED[usize::from(index[k])]));
        grid::signed(s, levels, signs[step], grid::OFFSET)
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        grid::odd_scales_of_words(s, s.load(&block.words))
    }
}
