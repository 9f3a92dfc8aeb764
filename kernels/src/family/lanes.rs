//! Independent f32 computations side by side, one a lane, each rounding in its own order.
//!
//! Quantizers add up their errors in an order that decides bytes, so a sum cannot be split to run faster; sums of
//! several sub-blocks, or of several candidates for one scale, can run next to each other. Plain loops over arrays
//! of a fixed length: the compiler turns them into vector instructions.

use std::ops::{Add, Div, Mul, Sub};

use crate::numeric::nearest_int;

/// 1.5 * 2^23: a sum with it that stays in [2^23, 2^24) is rounded to an integer.
const ROUNDER: f32 = 12_582_912.0;

/// `N` numbers.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<const N: usize>(pub(crate) [f32; N]);

impl<const N: usize> Lanes<N> {
    pub(crate) const ZERO: Self = Self([0.0; N]);

    #[inline(always)]
    pub(crate) fn splat(value: f32) -> Self {
        Self([value; N])
    }

    #[inline(always)]
    pub(crate) fn map(self, f: impl Fn(f32) -> f32) -> Self {
        let mut out = self.0;
        for value in &mut out {
            *value = f(*value);
        }
        Self(out)
    }

    #[inline(always)]
    pub(crate) fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let mut out = self.0;
        for (value, other) in out.iter_mut().zip(other.0) {
            *value = f(*value, other);
        }
        Self(out)
    }

    /// The lanes of `self` where `mask` holds, those of `other` elsewhere.
    #[inline(always)]
    pub(crate) fn select(self, mask: [bool; N], other: Self) -> Self {
        let mut out = other.0;
        for ((out, mask), value) in out.iter_mut().zip(mask).zip(self.0) {
            *out = if mask { value } else { *out };
        }
        Self(out)
    }

    #[inline(always)]
    pub(crate) fn compare(self, other: Self, f: impl Fn(f32, f32) -> bool) -> [bool; N] {
        let mut out = [false; N];
        for (lane, out) in out.iter_mut().enumerate() {
            *out = f(self.0[lane], other.0[lane]);
        }
        out
    }

    /// [`nearest_int`], then clamped to `low..=high`.
    #[inline(always)]
    pub(crate) fn nearest_clamped(self, low: i32, high: i32) -> Self {
        self.map(|value| {
            let code = nearest_int(value);
            let code = if code > high { high } else { code };
            (if code < low { low } else { code }) as f32
        })
    }

    /// [`Lanes::nearest_clamped`] for numbers of which [`Lanes::rounds_in_range`] holds, in fewer steps.
    #[inline(always)]
    pub(crate) fn nearest_clamped_in_range(self, low: f32, high: f32) -> Self {
        self.map(|value| {
            let sum = value + ROUNDER;
            let sum = if sum < ROUNDER + high { sum } else { ROUNDER + high };
            let sum = if sum > ROUNDER + low { sum } else { ROUNDER + low };
            sum - ROUNDER
        })
    }

    /// Whether no lane is NaN or infinite.
    #[inline(always)]
    pub(crate) fn all_finite(self) -> bool {
        self.0.iter().all(|value| value.is_finite())
    }

    /// Whether [`nearest_int`] rounds every lane: none is NaN or of a magnitude of 2^22 and more.
    #[inline(always)]
    pub(crate) fn rounds_in_range(self) -> bool {
        self.0.iter().all(|value| value.abs() < 4_194_303.0)
    }
}

macro_rules! operator {
    ($trait:ident $method:ident $op:tt) => {
        impl<const N: usize> $trait for Lanes<N> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $op b)
            }
        }
    };
}

operator!(Add add +);
operator!(Sub sub -);
operator!(Mul mul *);
operator!(Div div /);

/// Turns `LEN` values each of up to `N` consecutive sub-blocks so that a lane is a sub-block; lanes without one are 0.
#[inline(always)]
pub(crate) fn transposed<const N: usize, const LEN: usize>(values: &[f32]) -> [Lanes<N>; LEN] {
    let mut out = [Lanes::ZERO; LEN];
    for (lane, sub_block) in values.chunks_exact(LEN).enumerate().take(N) {
        for (out, &value) in out.iter_mut().zip(sub_block) {
            out.0[lane] = value;
        }
    }
    out
}
