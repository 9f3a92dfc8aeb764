//! Q3_K by Advanced SIMD.

use std::arch::aarch64::{int8x16_t, int16x8_t};

use super::{Block, scalar};
use crate::product::neon::super_blocks::{OffsetBlock, Scaling, SuperBlock, SuperBlocks, WithOffsets};
use crate::product::neon::unpack::{self, shifted_right, two_bits_and_more};
use crate::simd::aarch64::{Neon, Tier};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = WithOffsets;

    const TOP: i32 = 7;
    const SCALING: Scaling = Scaling::Sixteens;

    #[inline(always)]
    fn codes<T: Tier>(t: T, block: &Block, half: usize) -> [int8x16_t; 8] {
        let s = t.neon();
        let mut codes = two_bits_and_more(s, &block.qs.as_chunks::<32>().0[half]);
        let high = unpack::halves(s, &block.hmask);
        for (at, codes) in codes.iter_mut().enumerate() {
            // The third bit; the mask clears what is above.
            let third = shifted_right(s, high[at % 2], 4 * half + at / 2);
            *codes = s.and(s.insert_above::<2>(*codes, third), s.set1_u8(7));
        }
        codes.map(|codes| s.signed(codes))
    }

    #[inline(always)]
    fn scales(s: Neon, block: &Block) -> [int16x8_t; 2] {
        let [a, b, c]: [u32; 3] = bytemuck::pod_read_unaligned(&block.scales);
        let low = s.words_as_bytes(s.load_u32(&[a, b, a, b]));
        let low = s.shift_each_u8(low, s.load_i8(&[0i8, 0, 0, 0, 0, 0, 0, 0, -4, -4, -4, -4, -4, -4, -4, -4]));
        let high = s.words_as_bytes(s.shift_each_u32(s.set1_u32(c), s.load_i32(&[0, -2, -4, -6])));
        let scales = s.insert_above::<4>(low, s.and(high, s.set1_u8(3)));
        let scales = s.sub_i8(s.signed(scales), s.set1_i8(32));
        [s.extend_i8(s.low_half_i8(scales)), s.extend_high_i8(scales)]
    }
}

impl OffsetBlock for Unpack {
    #[inline(always)]
    fn offsets(s: Neon, _: &Block, scales: [int16x8_t; 2]) -> [int16x8_t; 2] {
        // Minus 4.
        scales.map(|scales| s.negated_i16(s.shift_left_i16::<2>(scales)))
    }
}
