//! Advanced SIMD with the dot product extension.
//!
//! The instructions are written out: their intrinsics are not stable.

use std::arch::aarch64::{int8x16_t, int32x4_t};
use std::arch::asm;

use super::{Neon, Tier, lanes};

/// Proof that the machine has Advanced SIMD and SDOT.
#[derive(Clone, Copy)]
pub(crate) struct NeonDotprod(Neon);

impl NeonDotprod {
    /// # Safety
    /// The machine has Advanced SIMD and SDOT.
    #[inline(always)]
    pub(crate) const unsafe fn assume() -> Self {
        // SAFETY: the caller guarantees the instructions.
        Self(unsafe { Neon::assume() })
    }

    /// Adds four products of signed bytes to each lane.
    #[inline(always)]
    pub(super) fn sdot(self, sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
        // SAFETY: the token proves the instruction.
        unsafe { sdot(sum, a, b) }
    }

    /// Adds four products to each lane, those of `a` with the four bytes of lane `LANE` of `b`.
    #[inline(always)]
    fn sdot_lane<const LANE: usize>(self, sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
        // SAFETY: the token proves the instruction.
        unsafe { sdot_lane::<LANE>(sum, a, b) }
    }
}

#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot(mut sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the function is compiled for the instruction, which touches no memory and no flags.
    unsafe {
        asm!("sdot {0:v}.4s, {1:v}.16b, {2:v}.16b", inout(vreg) sum, in(vreg) a, in(vreg) b,
            options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot_lane<const LANE: usize>(mut sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: as above.
    unsafe {
        asm!("sdot {0:v}.4s, {1:v}.16b, {2:v}.4b[{3}]", inout(vreg) sum, in(vreg) a, in(vreg) b, const LANE,
            options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

lanes!(NeonDotprod);

impl Tier for NeonDotprod {
    const QUADS: bool = true;

    #[inline(always)]
    fn neon(self) -> Neon {
        self.0
    }

    #[inline(always)]
    fn add_dot<const N: usize>(self, mut sum: int32x4_t, _: i32, a: [int8x16_t; N], b: [int8x16_t; N]) -> int32x4_t {
        for k in 0..N {
            sum = self.sdot(sum, a[k], b[k]);
        }
        sum
    }

    /// Four codes of each row a register.
    #[inline(always)]
    fn turn(self, rows: [int8x16_t; 4]) -> [int8x16_t; 4] {
        let s = self.0;
        s.transpose(rows.map(|row| s.bytes_as_words(row))).map(|words| s.words_as_codes(words))
    }

    #[inline(always)]
    fn tile<const N: usize, const R: usize, const C: usize>(
        self,
        _: i32,
        panels: [&[[[i8; 16]; 4]; N]; R],
        columns: [&[[i8; 16]; N]; C],
    ) -> [[int32x4_t; C]; R] {
        let s = self.0;
        let mut out = [[s.set1_i32(0); C]; R];
        for k in 0..N {
            let column = columns.map(|column| s.load_i8(&column[k]));
            for r in 0..R {
                let codes = panels[r][k].each_ref().map(|codes| s.load_i8(codes));
                for c in 0..C {
                    out[r][c] = self.sdot_lane::<0>(out[r][c], codes[0], column[c]);
                    out[r][c] = self.sdot_lane::<1>(out[r][c], codes[1], column[c]);
                    out[r][c] = self.sdot_lane::<2>(out[r][c], codes[2], column[c]);
                    out[r][c] = self.sdot_lane::<3>(out[r][c], codes[3], column[c]);
                }
            }
        }
        out
    }
}
