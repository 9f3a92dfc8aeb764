//! Numbers as GGUF stores them: little-endian and without alignment, so that a block can be viewed in place at any
//! address and on any machine.

use bytemuck::{Pod, Zeroable};

macro_rules! integer {
    ($name:ident, $native:ty, $bytes:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
        #[repr(transparent)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Stores a native value.
            #[inline(always)]
            pub const fn new(value: $native) -> Self {
                Self(value.to_le_bytes())
            }

            /// The native value.
            #[inline(always)]
            pub const fn get(self) -> $native {
                <$native>::from_le_bytes(self.0)
            }
        }
    };
}

integer!(U16, u16, 2, "An unaligned little-endian `u16`.");
integer!(I16, i16, 2, "An unaligned little-endian `i16`.");
integer!(U32, u32, 4, "An unaligned little-endian `u32`.");

/// An unaligned little-endian IEEE binary32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct F32([u8; 4]);

impl F32 {
    /// Stores a value, bits unchanged.
    #[inline(always)]
    pub const fn from_f32(value: f32) -> Self {
        Self(value.to_bits().to_le_bytes())
    }

    /// The value, bits unchanged.
    #[inline(always)]
    pub const fn to_f32(self) -> f32 {
        f32::from_bits(u32::from_le_bytes(self.0))
    }
}

/// An unaligned little-endian IEEE binary16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct F16([u8; 2]);

impl F16 {
    /// Rounds to nearest, ties to even; overflow gives infinity, and every NaN becomes the quiet NaN `0x7e00` with
    /// the sign kept.
    ///
    /// Free of branches, as [`F16::to_f32`] is.
    #[inline(always)]
    pub const fn from_f32(value: f32) -> Self {
        /// From here on nothing but infinity is left.
        const TOO_LARGE: u32 = 65536f32.to_bits();
        /// Below it the result is subnormal: 2^-14.
        const LEAST_NORMAL: u32 = (127 - 14) << 23;
        let bits = value.to_bits();
        let magnitude = bits & 0x7fff_ffff;
        // A sum with 0.5 is rounded to steps of 2^-24, the smallest subnormal.
        let subnormal = (f32::from_bits(magnitude) + 0.5).to_bits().wrapping_sub(0.5f32.to_bits());
        // Rounding up may carry into the exponent, up to infinity, as it should.
        let odd = magnitude >> 13 & 1;
        let normal = magnitude.wrapping_sub((127 - 15) << 23).wrapping_add(0xfff + odd) >> 13;
        let finite = if magnitude < LEAST_NORMAL { subnormal } else { normal };
        let number = if magnitude < TOO_LARGE { finite } else { 0x7c00 };
        let any = if magnitude > 0x7f80_0000 { 0x7e00 } else { number };
        Self::from_bits((bits >> 16 & 0x8000 | any) as u16)
    }

    /// The value; exact, and a NaN comes out quiet with its payload kept.
    ///
    /// Free of branches, so that rows of it become SIMD code on machines without a conversion instruction.
    #[inline(always)]
    pub const fn to_f32(self) -> f32 {
        const BIAS: u32 = (127 - 15) << 23;
        let bits = self.to_bits() as u32;
        let (sign, magnitude) = ((bits & 0x8000) << 16, bits & 0x7fff);
        let normal = (magnitude << 13) + BIAS;
        // The mantissa of a number in [0.5, 1) counts in steps of 2^-24, the smallest subnormal.
        let subnormal = (f32::from_bits(magnitude | 0.5f32.to_bits()) - 0.5).to_bits();
        let finite = if magnitude < 0x0400 { subnormal } else { normal };
        let infinite = if magnitude >= 0x7c00 { BIAS } else { 0 };
        let quiet = if magnitude > 0x7c00 { 1 << 22 } else { 0 };
        f32::from_bits(sign | (finite + infinite) | quiet)
    }

    /// Stores a bit pattern.
    #[inline(always)]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits.to_le_bytes())
    }

    /// The bit pattern.
    #[inline(always)]
    pub const fn to_bits(self) -> u16 {
        u16::from_le_bytes(self.0)
    }
}

/// An unaligned little-endian bfloat16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Bf16([u8; 2]);

impl Bf16 {
    /// Rounds to nearest, ties to even; a NaN keeps the upper half of its payload and becomes quiet.
    #[inline(always)]
    pub const fn from_f32(value: f32) -> Self {
        let bits = value.to_bits();
        if value.is_nan() {
            return Self::from_bits(((bits >> 16) | 64) as u16);
        }
        let round = 0x7fff + ((bits >> 16) & 1);
        Self::from_bits(((bits + round) >> 16) as u16)
    }

    /// The value; exact, bits unchanged.
    #[inline(always)]
    pub const fn to_f32(self) -> f32 {
        f32::from_bits((self.to_bits() as u32) << 16)
    }

    /// Stores a bit pattern.
    #[inline(always)]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits.to_le_bytes())
    }

    /// The bit pattern.
    #[inline(always)]
    pub const fn to_bits(self) -> u16 {
        u16::from_le_bytes(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::F16;

    #[test]
    fn every_half_is_what_the_half_crate_says() {
        for bits in 0..=u16::MAX {
            let expected = half::f16::from_bits(bits).to_f32_const();
            assert_eq!(F16::from_bits(bits).to_f32().to_bits(), expected.to_bits(), "{bits:#06x}");
        }
    }

    #[test]
    fn rounding_is_that_of_the_half_crate() {
        let check = |bits: u32| {
            let value = f32::from_bits(bits);
            let expected = match half::f16::from_f32_const(value).to_bits() {
                nan if value.is_nan() => nan & 0x8000 | 0x7e00,
                number => number,
            };
            assert_eq!(F16::from_f32(value).to_bits(), expected, "{bits:#010x}");
        };
        // Every value of the upper half, with lower halves at and beside the ties.
        for upper in 0..=u32::from(u16::MAX) {
            for lower in [0, 1, 0xfff, 0x1000, 0x1001, 0x2fff, 0x3000, 0x3001, 0x7fff, 0x8000, 0x8001, 0xf000, 0xffff] {
                check(upper << 16 | lower);
            }
        }
        (0..=u32::MAX).step_by(9973).for_each(check);
    }
}
