//! IQ2_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq_grids::iq2_s::GRID;
use crate::product::avx2::grid;
use crate::product::avx2::groups::{GroupBlocks, Groups, in_turn};
use crate::product::registers_256::Registers256;
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

/// The points of the codebook, raised.
pub(crate) static RAISED: [[u8; 8]; 1024] = GRID.raised(grid::OFFSET);

pub(crate) type Kernel = GroupBlocks<Unpack>;

pub(crate) struct Unpack;

impl Groups for Unpack {
    type Scalar = scalar::Kernel;
    type Index = Indices<1024>;

    const OFFSET: i16 = grid::OFFSET as i16;
    const TOP: i32 = 127;
    const THIRTY_TWOS: bool = false;
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn index(s: Avx2, block: &Block) -> Indices<1024> {
        // A byte in every 32 bits, its four pairs of bits moved to bytes of their own.
        let bytes = s.extend_u8_u32(s.load_64(&block.qh));
        let low = s.or(bytes, s.shift_left_i32::<6>(bytes));
        Indices::from_bytes(s, s.load(&block.qs), s.or(low, s.shift_left_i32::<12>(low)))
    }

    #[inline(always)]
    fn levels<S: Registers256>(s: S, block: &Block, index: &Indices<1024>, step: usize) -> __m256i {
        let (index, signs) = (in_turn(index), block.signs.as_chunks::<4>().0[step]);
        let levels = grid::eights(s.avx2(), unrolled!(4; k => index.byte(&RAISED, 4 * step + k)));
        grid::signed(s, levels, bytemuck::cast(signs), grid::OFFSET)
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        grid::odd_scales_of_16(s, &block.scales)
    }
}
