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
    #[inline]
    pub fn from_f32(value: f32) -> Self {
        if value.is_nan() {
            let sign = ((value.to_bits() >> 16) & 0x8000) as u16;
            return Self::from_bits(sign | 0x7e00);
        }
        Self::from_bits(half::f16::from_f32_const(value).to_bits())
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
}
