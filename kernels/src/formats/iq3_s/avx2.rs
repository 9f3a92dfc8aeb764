//! IQ3_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq_grids::iq3_s::GRID;
use crate::product::avx2::grid;
use crate::product::avx2::groups::{GroupBlocks, Groups, in_turn};
use crate::product::avx2::unpack::eight_nibbles;
use crate::product::registers_256::{Registers256, spread_bits};
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

/// Added to signed levels, whose magnitude is at most 15: sums of several products then fit 16 bits.
const OFFSET: i8 = 16;

/// The points of the codebook, raised.
static RAISED: [[u8; 4]; 512] = GRID.raised(OFFSET);

pub(crate) type Kernel = GroupBlocks<Unpack>;

pub(crate) struct Unpack;

impl Groups for Unpack {
    type Scalar = scalar::Kernel;
    type Index = [Indices<512>; 2];

    const OFFSET: i16 = OFFSET as i16;
    const TOP: i32 = 31;
    const THIRTY_TWOS: bool = true;

    #[inline(always)]
    fn index(s: Avx2, block: &Block) -> [Indices<512>; 2] {
        let high_bits: [u32; 2] = bytemuck::cast(block.qh);
        unrolled!(2; half => {
            let low = s.load(&block.qs.as_chunks::<32>().0[half]);
            Indices::from_bytes(s, low, spread_bits(s, high_bits[half]))
        })
    }

    #[inline(always)]
    fn levels<S: Registers256>(s: S, block: &Block, index: &[Indices<512>; 2], step: usize) -> __m256i {
        let (index, signs) = (in_turn(&index[step / 4]), block.signs.as_chunks::<4>().0[step]);
        let levels = grid::fours(s.avx2(), unrolled!(8; k => index.byte(&RAISED, 8 * (step % 4) + k)));
        grid::signed(s, levels, bytemuck::cast(signs), OFFSET)
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        grid::odd(s, eight_nibbles(s, bytemuck::cast(block.scales)))
    }
}
