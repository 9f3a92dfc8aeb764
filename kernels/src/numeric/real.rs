//! One decoding, three arithmetics: the value as f32 kernels round it, its exact value, and the sum of the magnitudes
//! of its terms, from which error bounds are derived.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// The arithmetic that a scalar decoder is written in.
///
/// Instances: `f32` rounds every operation once, as the numeric contract says; `f64` is exact for every format (no
/// product of scales and codes needs more than 53 bits); [`Magnitude`] adds up absolute values.
pub trait Real:
    Copy + Default + Add<Output = Self> + AddAssign + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> + 'static
{
    /// The number that a scale or a table holds.
    fn from_f32(value: f32) -> Self;

    /// A code; its magnitude is below 2^24, so that `f32` holds it too.
    fn from_i32(value: i32) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    fn from_f32(value: f32) -> Self {
        value
    }

    #[inline(always)]
    fn from_i32(value: i32) -> Self {
        value as f32
    }
}

impl Real for f64 {
    #[inline(always)]
    fn from_f32(value: f32) -> Self {
        f64::from(value)
    }

    #[inline(always)]
    fn from_i32(value: i32) -> Self {
        f64::from(value)
    }
}

/// An absolute value: sums and differences of it never cancel.
///
/// Decoding `d * q - m` in this arithmetic gives `|d * q| + |m|`, the quantity that one rounding error is relative to.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Magnitude(f64);

impl Magnitude {
    /// The magnitude as a plain number, never negative.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Add for Magnitude {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Magnitude {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Magnitude {
    type Output = Self;

    #[expect(clippy::suspicious_arithmetic_impl, reason = "magnitudes add up; that is their point")]
    fn sub(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul for Magnitude {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Neg for Magnitude {
    type Output = Self;

    fn neg(self) -> Self {
        self
    }
}

impl Real for Magnitude {
    fn from_f32(value: f32) -> Self {
        Self(f64::from(value).abs())
    }

    fn from_i32(value: i32) -> Self {
        Self(f64::from(value).abs())
    }
}
