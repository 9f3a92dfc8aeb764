//! IQ1_S by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::codec::iq1::RAISED;
use crate::product::avx2::grid;
use crate::product::avx2::groups::{GroupBlocks, Groups, in_turn};
use crate::product::registers_256::Registers256;
use crate::product::unrolled;
use crate::simd::x86::{Avx2, Indices};

pub(crate) type Kernel = GroupBlocks<Unpack>;

pub(crate) struct Unpack;

impl Groups for Unpack {
    type Scalar = scalar::Kernel;
    type Index = Indices<2048>;

    const OFFSET: i16 = 1;
    const TOP: i32 = 2;
    const THIRTY_TWOS: bool = true;
    const FACTOR: f32 = 0.125;

    #[inline(always)]
    fn index(s: Avx2, block: &Block) -> Indices<2048> {
        // The k-th three bits of each word move to its byte k.
        let words = s.extend_u16_u32(s.load_128(&block.qh));
        let field = |words, byte: u32| s.and(words, s.set1_i32(7 << (8 * byte)));
        let low = s.or(field(words, 0), field(s.shift_left_i32::<5>(words), 1));
        let high = s.or(field(s.shift_left_i32::<10>(words), 2), field(s.shift_left_i32::<15>(words), 3));
        Indices::from_bytes(s, s.load(&block.qs), s.or(low, high))
    }

    #[inline(always)]
    fn levels<S: Registers256>(s: S, _: &Block, index: &Indices<2048>, step: usize) -> __m256i {
        let index = in_turn(index);
        grid::eights(s.avx2(), unrolled!(4; k => index.byte(&RAISED, 4 * step + k)))
    }

    #[inline(always)]
    fn scales(s: Avx2, block: &Block) -> __m256i {
        let words = s.extend_u16_u32(s.load_128(&block.qh));
        let scales = s.and(s.shift_right_u32::<12>(words), s.set1_i32(7));
        // The scales times 8, as shifts are counted in eighths.
        let scales = grid::odd(s, s.or(scales, s.shift_left_i32::<16>(scales)));
        s.shift_left_i16::<3>(scales)
    }

    #[inline(always)]
    fn offsets(s: Avx2, block: &Block, scales: __m256i) -> __m256i {
        let words = s.extend_u16_u32(s.load_128(&block.qh));
        // Seven eighths of the scale are subtracted where levels are shifted up, nine eighths where down.
        let down = s.shift_right_i16::<15>(s.or(words, s.shift_left_i32::<16>(words)));
        let eighths = s.add_i16(s.add_i16(down, down), s.set1_i16(-7));
        s.mul_i16(s.shift_right_u16::<3>(scales), eighths)
    }
}
