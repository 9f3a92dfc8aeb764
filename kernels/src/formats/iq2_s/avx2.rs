//! IQ2_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq2_s::GRID;
use crate::numeric::F16;
use crate::product::avx2::grid;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::without_mins;
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

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
        // A byte in every 32 bits, its four pairs of bits moved to bytes of their own.
        let bytes = s.extend_u8_u32(s.load_64(&block.qh));
        let low = s.or(bytes, s.shift_left_i32::<6>(bytes));
        let index = Indices::from_bytes(s, s.load(&block.qs), s.or(low, s.shift_left_i32::<12>(low)));
        let signs: [u32; 8] = bytemuck::cast(block.signs);
        unrolled!(8; j => {
            let levels = grid::eights(s, unrolled!(4; k => index.byte(&GRID.points, 4 * j + k)));
            grid::signed(s, levels, signs[j])
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
