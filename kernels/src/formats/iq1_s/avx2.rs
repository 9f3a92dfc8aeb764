//! IQ1_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq1_s::GRID;
use crate::numeric::F16;
use crate::product::avx2::grid;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::without_mins;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 16;
    const SCALING: Scaling = Scaling::Pairs;
    const TOP: i32 = 25;
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        let mut codes = [s.zero(); 8];
        for (j, codes) in codes.iter_mut().enumerate() {
            let (low, high) = (block.qs.as_chunks::<4>().0[j], block.qh[j].get());
            let index = [0, 1, 2, 3].map(|k| usize::from(low[k]) | usize::from(high >> (3 * k) & 7) << 8);
            // Eighths are whole numbers so, with 16 added.
            let shift = if high & 0x8000 == 0 { 17 } else { 15 };
            let levels = grid::eights(s, &GRID.points, index);
            *codes = s.add_i8(s.shift_left_i16::<3>(s.and(levels, s.set1_i8(31))), s.set1_i8(shift));
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> Scales {
        let words = s.extend_u16_u32(s.load_128(&block.qh));
        let scales = s.and(s.shift_right_u32::<12>(words), s.set1_i32(7));
        without_mins(s, grid::odd(s, s.or(scales, s.shift_left_i32::<16>(scales))))
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
