//! Advanced SIMD with the 8-bit matrix extension.
//!
//! Its instruction multiplies two rows with two columns; one row with one column is the dot product extension's.

use std::arch::aarch64::{int8x16_t, int32x4_t};
use std::arch::asm;

use super::{Neon, NeonDotprod, Tier, lanes};

/// Proof that the machine has Advanced SIMD, SDOT and SMMLA.
#[derive(Clone, Copy)]
pub(crate) struct NeonI8mm(NeonDotprod);

impl NeonI8mm {
    /// # Safety
    /// The machine has Advanced SIMD, SDOT and SMMLA.
    #[inline(always)]
    pub(crate) const unsafe fn assume() -> Self {
        // SAFETY: the caller guarantees the instructions.
        Self(unsafe { NeonDotprod::assume() })
    }

    /// Adds the products of two rows of eight signed bytes with two columns: row 0 with both, then row 1.
    #[inline(always)]
    fn smmla(self, sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
        // SAFETY: the token proves the instruction.
        unsafe { smmla(sum, a, b) }
    }
}

#[inline]
#[target_feature(enable = "neon,i8mm")]
fn smmla(mut sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the function is compiled for the instruction, which touches no memory and no flags.
    unsafe {
        asm!("smmla {0:v}.4s, {1:v}.16b, {2:v}.16b", inout(vreg) sum, in(vreg) a, in(vreg) b,
            options(pure, nomem, nostack, preserves_flags));
    }
    sum
}

lanes!(NeonI8mm);

impl Tier for NeonI8mm {
    const QUADS: bool = true;

    #[inline(always)]
    fn neon(self) -> Neon {
        self.0.neon()
    }

    #[inline(always)]
    fn add_dot<const N: usize>(self, sum: int32x4_t, top: i32, a: [int8x16_t; N], b: [int8x16_t; N]) -> int32x4_t {
        self.0.add_dot(sum, top, a, b)
    }

    /// Eight codes of two rows a register: the first eight, then the second; the first two rows, then the others.
    #[inline(always)]
    fn turn(self, rows: [int8x16_t; 4]) -> [int8x16_t; 4] {
        let s = self.neon();
        [
            s.low_halves_i8(rows[0], rows[1]),
            s.high_halves_i8(rows[0], rows[1]),
            s.low_halves_i8(rows[2], rows[3]),
            s.high_halves_i8(rows[2], rows[3]),
        ]
    }

    #[inline(always)]
    fn tile<const N: usize, const R: usize, const C: usize>(
        self,
        _: i32,
        panels: [&[[[i8; 16]; 4]; N]; R],
        columns: [&[[i8; 16]; N]; C],
    ) -> [[int32x4_t; C]; R] {
        let s = self.neon();
        let mut out = [[s.set1_i32(0); C]; R];
        for first in (0..C).step_by(2) {
            // The last of an odd number of columns is paired with itself.
            let second = if first + 1 < C { first + 1 } else { first };
            let mut sums = [[s.set1_i32(0); 2]; R];
            for k in 0..N {
                let (a, b) = (s.load_i8(&columns[first][k]), s.load_i8(&columns[second][k]));
                let (low, high) = (s.low_halves_i8(a, b), s.high_halves_i8(a, b));
                for r in 0..R {
                    let codes = panels[r][k].each_ref().map(|codes| s.load_i8(codes));
                    sums[r][0] = self.smmla(sums[r][0], codes[0], low);
                    sums[r][1] = self.smmla(sums[r][1], codes[2], low);
                    sums[r][0] = self.smmla(sums[r][0], codes[1], high);
                    sums[r][1] = self.smmla(sums[r][1], codes[3], high);
                }
            }
            for r in 0..R {
                out[r][second] = s.odd_i32(sums[r][0], sums[r][1]);
                out[r][first] = s.even_i32(sums[r][0], sums[r][1]);
            }
        }
        out
    }
}
