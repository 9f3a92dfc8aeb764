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
    pub(crate) fn select(self, mask: Mask<N>, other: Self) -> Self {
        let mut out = other.0;
        for ((out, mask), value) in out.iter_mut().zip(mask.0).zip(self.0) {
            *out = f32::from_bits(value.to_bits() & mask | out.to_bits() & !mask);
        }
        Self(out)
    }

    #[inline(always)]
    pub(crate) fn compare(self, other: Self, f: impl Fn(f32, f32) -> bool) -> Mask<N> {
        let mut out = [0; N];
        for (lane, out) in out.iter_mut().enumerate() {
            *out = if f(self.0[lane], other.0[lane]) { u32::MAX } else { 0 };
        }
        Mask(out)
    }

    /// [`nearest_int`], then clamped to `low..=high`.
    #[inline(always)]
    pub(crate) fn nearest_clamped(self, low: i32, high: i32) -> Self {
        // Below 2^23 an integer is the same as f32, which baseline SIMD can clamp in one step.
        let (low, high) = (low as f32, high as f32);
        self.map(|value| {
            let code = nearest_int(value) as f32;
            let code = if code < high { code } else { high };
            if code > low { code } else { low }
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

/// For each lane all bits, where something holds, or none.
#[derive(Clone, Copy)]
pub(crate) struct Mask<const N: usize>([u32; N]);

impl<const N: usize> Mask<N> {
    pub(crate) const NONE: Self = Self([0; N]);

    /// Where both hold.
    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        let mut out = self.0;
        for (out, other) in out.iter_mut().zip(other.0) {
            *out &= other;
        }
        Self(out)
    }

    /// Where one of both holds.
    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        let mut out = self.0;
        for (out, other) in out.iter_mut().zip(other.0) {
            *out |= other;
        }
        Self(out)
    }

    /// Whether it holds anywhere.
    #[inline(always)]
    pub(crate) fn any(self) -> bool {
        self.0.iter().fold(0, |any, mask| any | mask) != 0
    }

    /// Whether it holds for a lane.
    #[inline(always)]
    pub(crate) fn lane(self, lane: usize) -> bool {
        self.0[lane] != 0
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
