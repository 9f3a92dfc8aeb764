//! NVFP4 by AVX2.

use std::arch::x86_64::{__m256, __m256i};

use super::{Block, scalar};
use crate::codec::e2m1;
use crate::product::avx2::blocks::{Blocks, Blocks256, Each16, ScaleOf16, Unsigned};
use crate::product::avx2::unpack::nibbles_of_16;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks256 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 4];

    type Codes = Unsigned<12, 24>;
    type Scaling = Each16;

    #[inline(always)]
    fn codes(s: Avx2, chunk: &[Block; 4], index: usize) -> __m256i {
        let packed = &chunk[index / 2].qs.as_chunks::<16>().0[index % 2];
        s.shuffle_u8(s.twice(s.load_128(&e2m1::RAISED)), nibbles_of_16(s, packed))
    }
}

impl ScaleOf16 for Unpack {
    #[inline(always)]
    fn scales(s: Avx2, chunk: &[Block; 4]) -> [__m256; 2] {
        let scales: [u8; 16] = bytemuck::cast(unrolled!(4; k => chunk[k].d));
        let bytes = s.extend_u8_u16(s.load_128(&scales));
        // Without its sign it is an f16 with a bias that is 8 larger; halved that is a factor of 2^7. 0x7f is 0.
        let halves = s.shift_left_i16::<7>(s.and(bytes, s.set1_i16(0x7f)));
        let halves = s.and_not(s.equal_i16(bytes, s.set1_i16(0x7f)), halves);
        let scale = |halves| s.mul_f32(s.halves_to_f32(halves), s.set1_f32(128.0));
        [scale(s.low_half(halves)), scale(s.half::<1>(halves))]
    }
}
