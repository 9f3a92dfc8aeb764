//! TQ1_0 by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::product::avx2::super_blocks::{OneScale, SuperBlock, SuperBlocks, UnscaledBlock};
use crate::product::unrolled;
use crate::simd::x86::Avx2;

/// Three times each byte, modulo 256.
#[inline(always)]
fn thrice(s: Avx2, bytes: __m256i) -> __m256i {
    s.made(s.add_i8(s.add_i8(bytes, bytes), bytes))
}

/// The most significant ternary digit of bytes with 128 subtracted: how many thirds of 256 are below the byte.
///
/// Tripling preserves the bias: 3 (b - 128) is 3 b - 128 modulo 256.
#[inline(always)]
fn first_digit(s: Avx2, bytes: __m256i) -> __m256i {
    let above = |most: u8| s.greater_i8(bytes, s.set1_i8((most ^ 0x80) as i8));
    s.sub_i8(s.sub_i8(s.zero(), above(85)), above(170))
}

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;
    type Kind = OneScale;

    const TOP: i32 = 2;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        // The digits of 32 bytes, then those of 16, then those of 4, as they lie in memory.
        let (first, second) = block.qs.split_first_chunk::<32>().expect("48 bytes");
        let second: &[u8; 16] = second.try_into().expect("16 bytes");
        let bias = s.set1_i8(i8::MIN);
        let mut digits = [s.xor(s.load(first), bias); 8];
        for power in 1..5 {
            digits[power] = thrice(s, digits[power - 1]);
        }
        // The 16 bytes in the lower half, four times the 4 in the upper one.
        let last = s.set1_i32(i32::from_le_bytes(block.qh));
        let mut both = [s.xor(s.blend_u32::<0xf0>(s.twice(s.load_128(second)), last), bias); 5];
        for power in 1..5 {
            both[power] = thrice(s, both[power - 1]);
        }
        digits[5] = s.choose_halves::<0x20>(both[0], both[1]);
        digits[6] = s.choose_halves::<0x20>(both[2], both[3]);
        let last = s.blend_u32::<0b0010_0000>(s.blend_u32::<0b0001_0000>(both[4], both[0]), both[1]);
        digits[7] = s.blend_u32::<0b1000_0000>(s.blend_u32::<0b0100_0000>(last, both[2]), both[3]);
        unrolled!(8; k => first_digit(s, digits[k]))
    }
}

impl UnscaledBlock for Unpack {
    const OFFSET: i16 = 1;
}
