//! TQ1_0 by AVX-512.

use std::arch::x86_64::__m512i;

use super::{Block, scalar};
use crate::numeric::F16;
use crate::product::avx512::super_blocks::{Scales, Scaling, SuperBlock, SuperBlocks};
use crate::product::avx512::unpack::no_scales;
use crate::product::unrolled;
use crate::simd::x86::Avx512;

/// Where each weight's digit is.
struct Places {
    bytes: [[u8; 64]; 4],
    even_powers: [[u16; 32]; 4],
    odd_powers: [[u16; 32]; 4],
}

static PLACES: Places = {
    let mut places = Places { bytes: [[0; 64]; 4], even_powers: [[0; 32]; 4], odd_powers: [[0; 32]; 4] };
    let powers = [1, 3, 9, 27, 81];
    let mut weight = 0;
    while weight < 256 {
        let (byte, power) = if weight < 160 {
            (weight % 32, powers[weight / 32])
        } else if weight < 240 {
            (32 + (weight - 160) % 16, powers[(weight - 160) / 16])
        } else {
            (48 + (weight - 240) % 4, powers[(weight - 240) / 4])
        };
        let (k, lane) = (weight / 64, weight % 64);
        places.bytes[k][lane] = byte as u8;
        let powers = if lane % 2 == 0 { &mut places.even_powers } else { &mut places.odd_powers };
        powers[k][lane / 2] = power;
        weight += 1;
    }
    places
};

pub(crate) type Kernel = SuperBlocks<Unpack>;

pub(crate) struct Unpack;

impl SuperBlock for Unpack {
    type Scalar = scalar::Kernel;

    const OFFSET: i16 = 1;
    const SCALING: Scaling = Scaling::None;
    const SUB_BLOCK: usize = 32;
    const LARGE: bool = true;

    #[inline(always)]
    fn codes(s: Avx512, block: &Block) -> [__m512i; 4] {
        // Digits and the scale, which no place refers to.
        let bytes = s.load(block);
        let (lower, one) = (s.set1_i16(0xff), s.set1_i8(1));
        unrolled!(4; k => {
            let bytes = s.permute_u8(s.bytes(&PLACES.bytes[k]), bytes);
            // A byte times a power of 3, cut to 8 bits, moves a digit to the top.
            let even = s.and(s.mul_i16(bytes, s.words(&PLACES.even_powers[k])), lower);
            let odd = s.mul_i16(s.and(bytes, s.set1_i16(-256)), s.words(&PLACES.odd_powers[k]));
            let moved = s.or(even, odd);
            let first = s.keep_u8(s.at_least_u8(moved, s.set1_i8(86)), one);
            s.masked_add_i8(first, s.at_least_u8(moved, s.set1_i8(171u8 as i8)), first, one)
        })
    }

    #[inline(always)]
    fn scales(s: Avx512, _: &Block) -> Scales {
        no_scales(s)
    }

    #[inline(always)]
    fn d(block: &Block) -> F16 {
        block.d
    }
}
