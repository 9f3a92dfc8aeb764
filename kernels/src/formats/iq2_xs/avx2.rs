//! IQ2_XS by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq_grids::iq2_xs::GRID;
use crate::product::avx2::grid;
use crate::product::avx2::groups::{GroupBlocks, Groups, in_turn};
use crate::product::registers_256::Registers256;
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

/// The points of the codebook, raised.
static RAISED: [[u8; 8]; 512] = GRID.raised(grid::OFFSET);

pub(crate) type Kernel = GroupBlocks<Unpack>;

pub(crate) struct Unpack;

impl Groups for Unpack {
    type Scalar = scalar::Kernel;
    type Index = (Indices<512>, [u32; 8]);

    const OFFSET: i16 = grid::OFFSET as i16;
    const TOP: i32 = 127;
    const THIRTY_TWOS: bool = false;
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn index(s: Avx2, block: &Block) -> (Indices<512>, [u32; 8]) {
        let words = unrolled!(2; half => s.load(&block.qs.as_chunks::<16>().0[half]));
        let [low, high] = unrolled!(2; half => s.shift_right_u16::<9>(words[half]));
        let signs = grid::even_signs(s, s.permute_u64::<0xd8>(s.pack_u16_u8(low, high)));
        (Indices::from_halves(s, words), signs)
    }

    #[inline(always)]
    fn levels<S: Registers256>(s: S, _: &Block, (index, signs): &(Indices<512>, [u32; 8]), step: usize) -> __m256i {
        let index = in_turn(index);
        let levels = grid::eights(s.avx2(), unrolled!(4; k => index.word(&RAISED, 4 * step + k)));
        grid::signed(s, levels, signs[step], grid::OFFSET)
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        grid::odd_scales_of_16(s, &block.scales)
    }
}
