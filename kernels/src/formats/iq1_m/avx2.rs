//! IQ1_M by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::family::iq_grids::iq1_s::GRID;
use crate::numeric::{F16, U16};
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
            let low = block.qs.as_chunks::<4>().0[j];
            let [first, second] = block.qh.as_chunks::<2>().0[j].map(usize::from);
            let index = [first << 8, first << 4, second << 8, second << 4];
            let index = [0, 1, 2, 3].map(|k| usize::from(low[k]) | index[k] & 0x700);
            // Eighths are whole numbers so, with 16 added.
            let shift = |down: bool| if down { 0x0f0f_0f0f_0f0f_0f0f } else { 0x1111_1111_1111_1111 };
            let [a, b] = [first, second].map(|high| [shift(high & 8 != 0), shift(high & 128 != 0)]);
            let levels = grid::eights(s, &GRID.points, index);
            let levels = s.shift_left_i16::<3>(s.and(levels, s.set1_i8(31)));
            *codes = s.add_i8(levels, s.set_i64(b[1], b[0], a[1], a[0]));
        }
        codes
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> Scales {
        let words: [U16; 4] = block.scales;
        let [a, b, c, d] = words.map(|word| i64::from(word.get()));
        // Four fields of three bits from each word: the shifts of 16-bit lanes are multiplications here.
        let words = s.set_i64(d, c, b, a);
        let each = s.shuffle_u8(words, s.load(&[[0u8, 1, 0, 1, 0, 1, 0, 1, 8, 9, 8, 9, 8, 9, 8, 9]; 2]));
        let shifted = s.multiply_high_u16(s.shift_left_i16::<1>(each), s.load(&[[0x8000u16, 0x1000, 0x200, 0x40]; 4]));
        without_mins(s, grid::odd(s, s.and(shifted, s.set1_i16(7))))
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d()
    }
}
