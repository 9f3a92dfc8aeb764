//! NVFP4 by AVX-512.

use std::arch::x86_64::{__m512, __m512i};

use super::{Block, scalar};
use crate::codec::e2m1;
use crate::product::avx512::blocks::{Blocks, Blocks512, Each16};
use crate::product::avx512::unpack::{low_and_high_of, nibble_table};
use crate::product::unrolled;
use crate::simd::x86::Avx512;

pub(crate) type Kernel = Blocks<Unpack>;

pub(crate) struct Unpack;

impl Blocks512 for Unpack {
    type Scalar = scalar::Kernel;
    type Chunk = [Block; 8];
    type Narrow = super::avx2::Kernel;
    type Scaling = Each16;

    const OFFSET: u8 = 12;

    #[inline(always)]
    fn codes(s: Avx512, chunk: &[Block; 8], quad: usize) -> [__m512i; 2] {
        const IN_TURN: [u64; 8] = [0, 8, 1, 9, 2, 10, 3, 11];
        // The low nibbles of eight bytes are the first halves of sixteen weights.
        let [first, last] = unrolled!(2; block => s.widen(s.load_256(&chunk[2 * quad + block].qs)));
        let bytes = s.permute2_u64(first, s.load(&IN_TURN), last);
        low_and_high_of(s, const { &nibble_table(&e2m1::VALUES, 12) }, bytes)
    }

    #[inline(always)]
    fn scales(s: Avx512, chunk: &[Block; 8]) -> [__m512; 2] {
        let scales: [[u8; 4]; 8] = unrolled!(8; block => chunk[block].d);
        let bytes = s.extend_u8_u16(bytemuck::cast(scales));
        // Without its sign it is an f16 with a bias that is 8 larger; halved that is a factor of 2^7. 0x7f is 0.
        let not_zero = !s.equal_u16(bytes, s.set1_i16(0x7f));
        let halves = s.keep_u16(not_zero, s.shift_left_i16::<7>(s.and(bytes, s.set1_i16(0x7f))));
        let scale = |halves| s.mul_f32(s.halves_to_f32(halves), s.set1_f32(128.0));
        [scale(s.low_half(halves)), scale(s.high_half::<1>(halves))]
    }
}
