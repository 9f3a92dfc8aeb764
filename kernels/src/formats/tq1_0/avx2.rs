//! TQ1_0 by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::without_mins;
use crate::product::unrolled;
use crate::simd::x86::Avx2;

/// Powers of 3 that move a digit to the top, for four bytes again and again.
static POWERS: [[u8; 4]; 8] = [[1; 4], [3; 4], [9; 4], [27; 4], [1; 4], [3; 4], [9; 4], [27; 4]];

/// Three times each byte, cut to 8 bits.
#[inline(always)]
fn thrice(s: Avx2, bytes: __m256i) -> __m256i {
    s.add_i8(s.add_i8(bytes, bytes), bytes)
}

/// Products of bytes, cut to 8 bits.
#[inline(always)]
fn times(s: Avx2, a: __m256i, powers: &[[u8; 4]; 8]) -> __m256i {
    let b = s.load(powers);
    let even = s.and(s.mul_i16(a, b), s.set1_i16(0xff));
    let odd = s.mul_i16(s.shift_right_u16::<8>(a), s.shift_right_u16::<8>(b));
    s.or(even, s.shift_left_i16::<8>(odd))
}

/// The digit at the top, of bytes from which 128 was taken: how many thirds of 256 are below it.
///
/// Three times a byte less 128 is, cut to 8 bits, three times the byte, less 128.
#[inline(always)]
fn first_digit(s: Avx2, bytes: __m256i) -> __m256i {
    let above = |most: u8| s.greater_i8(bytes, s.set1_i8((most ^ 0x80) as i8));
    s.magnitude_i8(s.add_i8(above(85), above(170)))
}

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 1;
    const SCALING: Scaling = Scaling::None;
    const TOP: i32 = 2;

    #[inline(always)]
    fn codes(s: Avx2, block: &Block) -> [__m256i; 8] {
        // The digits of 32 bytes, then those of 16, then those of 4, as they lie in memory.
        let (first, second) = block.qs.split_first_chunk::<32>().expect("48 bytes");
        let bias = s.set1_i8(i8::MIN);
        let mut digits = [s.xor(s.load(first), bias); 8];
        for power in 1..5 {
            digits[power] = thrice(s, digits[power - 1]);
        }
        let second = s.xor(s.twice(s.load_128::<[u8; 16]>(second.try_into().expect("16 bytes"))), bias);
        digits[5] = s.blend_u32::<0xf0>(second, thrice(s, second));
        digits[6] = thrice(s, thrice(s, digits[5]));
        let last = times(s, s.xor(s.set1_i32(i32::from_le_bytes(block.qh)), bias), &POWERS);
        digits[7] = s.blend_u32::<0xf0>(thrice(s, thrice(s, digits[6])), last);
        unrolled!(8; k => first_digit(s, digits[k]))
    }

    #[inline(always)]
    fn scales(s: Avx2, _: &Block) -> Scales {
        without_mins(s, s.zero())
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
