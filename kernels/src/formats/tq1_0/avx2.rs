//! TQ1_0 by AVX2.

use std::arch::x86_64::__m256i;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx2::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx2::unpack::without_mins;
use crate::simd::x86::Avx2;

/// Powers of 3 that move a digit to the top, a byte each: the first and second digits of 16 bytes, the third and fourth,
/// and the fifth with those of 4 bytes.
static POWERS: [[u8; 32]; 3] = {
    let mut powers = [[0; 32]; 3];
    let mut lane = 0;
    while lane < 32 {
        powers[0][lane] = [1, 3][lane / 16];
        powers[1][lane] = [9, 27][lane / 16];
        powers[2][lane] = if lane < 16 { 81 } else { [1, 3, 9, 27][(lane - 16) / 4] };
        lane += 1;
    }
    powers
};

/// Three times each byte, cut to 8 bits.
#[inline(always)]
fn thrice(s: Avx2, bytes: __m256i) -> __m256i {
    s.add_i8(s.add_i8(bytes, bytes), bytes)
}

/// Products of bytes, cut to 8 bits.
#[inline(always)]
fn times(s: Avx2, a: __m256i, powers: &[u8; 32]) -> __m256i {
    let b = s.load(powers);
    let even = s.and(s.mul_i16(a, b), s.set1_i16(0xff));
    let odd = s.mul_i16(s.shift_right_u16::<8>(a), s.shift_right_u16::<8>(b));
    s.or(even, s.shift_left_i16::<8>(odd))
}

/// The digit at the top: how many thirds of 256 are below it.
#[inline(always)]
fn first_digit(s: Avx2, bytes: __m256i) -> __m256i {
    let one = s.set1_i8(1);
    let above = |least: u8| s.min_u8(s.subtract_to_zero_u8(bytes, s.set1_i8((least - 1) as i8)), one);
    s.add_i8(above(86), above(171))
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
        let mut digits = s.load(first);
        let mut codes = [s.zero(); 8];
        for (power, codes) in codes.iter_mut().take(5).enumerate() {
            if power > 0 {
                digits = thrice(s, digits);
            }
            *codes = first_digit(s, digits);
        }
        let second = s.twice(s.load_128::<[u8; 16]>(second.try_into().expect("16 bytes")));
        let last = s.set1_i32(i32::from_le_bytes(block.qh));
        codes[5] = first_digit(s, times(s, second, &POWERS[0]));
        codes[6] = first_digit(s, times(s, second, &POWERS[1]));
        codes[7] = first_digit(s, times(s, s.choose_halves::<0x20>(second, last), &POWERS[2]));
        codes
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
