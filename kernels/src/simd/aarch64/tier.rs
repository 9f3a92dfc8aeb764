//! How a backend multiplies bytes.

use std::arch::aarch64::{float32x4_t, int8x16_t, int32x4_t};

use super::Neon;
use crate::simd::Lanes;

/// The token of a backend of AArch64.
///
/// Products are exact for all codes of activations, -128 included. `top` is the largest magnitude of a weight's code, a
/// constant where this is inlined.
pub(crate) trait Tier: Lanes<4, Numbers = float32x4_t> + 'static {
    /// Whether one instruction adds up four products in 32 bits, so that codes may use all 8 bits.
    const QUADS: bool;

    /// What every backend has.
    fn neon(self) -> Neon;

    /// Adds the products of weights `a` with activations `b`. Lanes are partial sums: which product goes to which lane
    /// differs between backends.
    fn add_dot<const N: usize>(self, sum: int32x4_t, top: i32, a: [int8x16_t; N], b: [int8x16_t; N]) -> int32x4_t;

    /// 16 codes of four rows in the order that [`Tier::tile`] takes.
    fn turn(self, rows: [int8x16_t; 4]) -> [int8x16_t; 4];

    /// The dot products of `16 N` codes of four rows a panel with those of columns; a lane is a row.
    fn tile<const N: usize, const R: usize, const C: usize>(
        self,
        top: i32,
        panels: [&[[[i8; 16]; 4]; N]; R],
        columns: [&[[i8; 16]; N]; C],
    ) -> [[int32x4_t; C]; R];
}
