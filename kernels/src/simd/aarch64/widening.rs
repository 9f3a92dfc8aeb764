//! Products of bytes without an extension: SMLAL, which adds them to 16-bit lanes.

use std::arch::aarch64::{int8x16_t, int32x4_t};

use super::{Neon, Tier, lanes};

impl Neon {
    /// Adds products of bytes of at most `top` times -128 to 127 to 16-bit sums while they are sure to fit, and those to
    /// `sum`.
    #[inline(always)]
    fn add_products<const N: usize>(
        self,
        mut sum: int32x4_t,
        top: i32,
        a: [int8x16_t; N],
        b: [int8x16_t; N],
    ) -> int32x4_t {
        let fit = 32767 / (128 * top);
        let mut pairs = self.set1_i16(0);
        let mut products = 0;
        for k in 0..N {
            pairs = self.add_products_low_i8(pairs, self.low_half_i8(a[k]), self.low_half_i8(b[k]));
            products += 1;
            if products == fit {
                sum = self.add_pairs_to_i32(sum, pairs);
                (pairs, products) = (self.set1_i16(0), 0);
            }
            pairs = self.add_products_high_i8(pairs, a[k], b[k]);
            products += 1;
            if products == fit {
                sum = self.add_pairs_to_i32(sum, pairs);
                (pairs, products) = (self.set1_i16(0), 0);
            }
        }
        if products == 0 { sum } else { self.add_pairs_to_i32(sum, pairs) }
    }
}

lanes!(Neon);

impl Tier for Neon {
    const QUADS: bool = false;

    #[inline(always)]
    fn neon(self) -> Neon {
        self
    }

    #[inline(always)]
    fn add_dot<const N: usize>(self, sum: int32x4_t, top: i32, a: [int8x16_t; N], b: [int8x16_t; N]) -> int32x4_t {
        self.add_products(sum, top, a, b)
    }

    #[inline(always)]
    fn turn(self, rows: [int8x16_t; 4]) -> [int8x16_t; 4] {
        rows
    }

    #[inline(always)]
    fn tile<const N: usize, const R: usize, const C: usize>(
        self,
        top: i32,
        panels: [&[[[i8; 16]; 4]; N]; R],
        columns: [&[[i8; 16]; N]; C],
    ) -> [[int32x4_t; C]; R] {
        let mut out = [[self.set1_i32(0); C]; R];
        for r in 0..R {
            let mut rows = [[self.set1_i8(0); N]; 4];
            for row in 0..4 {
                for k in 0..N {
                    rows[row][k] = self.load_i8(&panels[r][k][row]);
                }
            }
            for c in 0..C {
                let column = columns[c].each_ref().map(|codes| self.load_i8(codes));
                out[r][c] = self.sums_of_four(rows.map(|row| self.add_products(self.set1_i32(0), top, row, column)));
            }
        }
        out
    }
}
