//! UE4M3: unsigned, four bits of exponent with bias 7, three of mantissa; the sub-block scale of NVFP4.

/// Half of the number: E2M1 codes are stored doubled. 0x7f, a NaN in the specification, is 0 as in the reference; bit 7
/// is ignored, except that 0xff is 240.
#[inline]
pub(crate) fn half_to_f32(x: u8) -> f32 {
    if x == 0 || x == 0x7f {
        return 0.0;
    }
    let (exponent, mantissa) = (i32::from(x >> 3 & 15), f32::from(x & 7));
    if exponent == 0 {
        return mantissa / 1024.0;
    }
    let power = f32::from_bits(((exponent - 8 + 127) as u32) << 23);
    (1.0 + mantissa / 8.0) * power
}

/// Rounds to the nearest number, half up in magnitude, saturating at 0x7e (448); zero, negative and NaN become 0.
#[inline]
pub(crate) fn from_f32(x: f32) -> u8 {
    if x.is_nan() || x <= 0.0 {
        return 0;
    }
    let bits = x.min(448.0).to_bits();
    let exponent = (bits >> 23) as i32 - 127 + 7;
    if exponent <= 0 {
        // Subnormal: multiples of 2^-9.
        return ((x * 512.0 + 0.5) as u8).min(7);
    }
    // Mantissa and exponent stand side by side, so a mantissa that rounds up past 7 carries into the exponent.
    let rounded = (exponent << 3) + (bits >> 20 & 7) as i32 + (bits >> 19 & 1) as i32;
    // The largest exponent is given up for saturation, as in the reference.
    if rounded >= 15 << 3 { 0x7e } else { rounded as u8 }
}

#[cfg(test)]
mod tests {
    use super::{from_f32, half_to_f32};

    #[test]
    fn numbers_come_back() {
        for x in 0..0x78 {
            assert_eq!(from_f32(2.0 * half_to_f32(x)), x, "{x:#x}");
        }
        assert_eq!([256.0, 448.0, 1e9, f32::NAN, -1.0].map(from_f32), [0x7e, 0x7e, 0x7e, 0, 0]);
    }
}
