//! TQ2_0 by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::activation::q8_k;
use crate::product::avx2::super_blocks::{OneScale, SuperBlock, SuperBlocks, UnscaledBlock};
use crate::product::avx2::unpack::two_bits;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = OneScale;

    const TOP: i32 = 3;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        two_bits::<0>(s, &block.qs)
    }
}

impl UnscaledBlock for Unpack {
    const OFFSET: i16 = 1;

    /// Codes are multiplied at their place in a byte, except the highest, whose products would not fit 16 bits:
    /// shifting the sums of products takes fewer instructions than shifting codes.
    #[inline(always)]
    fn products(s: Avx2, block: &Block, a: &q8_k::Block) -> __m256i {
        // Two times two products of the highest codes that are not shifted.
        const { assert!(2 * 2 * (3 << 4) * 128 <= i16::MAX as i32) };
        let y = a.qs.as_chunks::<32>().0;
        let packed: [__m256i; 2] = unrolled!(2; half => s.load(&block.qs.as_chunks::<32>().0[half]));
        let products: [[__m256i; 4]; 2] = unrolled!(2; half => {
            let codes = [
                s.and(packed[half], s.set1_i8(3)),
                s.and(packed[half], s.set1_i8(3 << 2)),
                s.and(packed[half], s.set1_i8(3 << 4)),
                s.and(s.shift_right_u16::<6>(packed[half]), s.set1_i8(3)),
            ];
            unrolled!(4; run => s.multiply_pairs_u8_i8(codes[run], s.load(&y[4 * half + run])))
        });
        let runs: [__m256i; 4] = unrolled!(4; run => s.add_i16(products[0][run], products[1][run]));
        let at_lowest = s.add_i16(s.sub_i16(runs[0], s.load(&a.bsums)), runs[3]);
        let higher = s.add_i16(runs[1], s.shift_right_i16::<2>(runs[2]));
        s.multiply_pairs_i16(s.add_i16(at_lowest, s.shift_right_i16::<2>(higher)), s.set1_i16(1))
    }
}
