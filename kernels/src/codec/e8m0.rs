//! E8M0: a power of two by its biased exponent, the scale of MXFP4. Source: OCP Microscaling Formats 1.0.

/// Half of the power, 2^(e - 128): E2M1 codes are stored doubled. All 256 exponents are powers here; 255, a NaN in the
/// specification, is 2^127 as in the reference.
#[inline]
pub(crate) const fn half_to_f32(e: u8) -> f32 {
    f32::from_bits(if e < 2 { 0x0020_0000 << e } else { (e as u32 - 1) << 23 })
}

/// [`half_to_f32`] from a table.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn half_from_table(e: u8) -> f32 {
    static TABLE: [f32; 256] = {
        let mut table = [0.0; 256];
        let mut e = 0;
        while e < 256 {
            table[e] = half_to_f32(e as u8);
            e += 1;
        }
        table
    };
    TABLE[usize::from(e)]
}

/// The exponent whose E2M1 range, up to 6, suits numbers up to `amax`: floor(log2(amax)) - 2, biased by 127 and cut
/// to eight bits.
#[inline]
pub(crate) fn exponent_for(amax: f32) -> u8 {
    if amax > 0.0 { (floor_log2(amax) - 2 + 127) as u8 } else { 0 }
}

/// The floor of the base 2 logarithm as f32 arithmetic has it: just below 2^k the logarithm rounds up to k, and the
/// larger |k| is, the farther below.
fn floor_log2(value: f32) -> i32 {
    let bits = value.to_bits();
    // A subnormal number is shifted until its leading bit stands where a normal number's hidden bit does.
    let shift = (bits.leading_zeros() as i32 - 8).max(0);
    let exponent = ((bits >> 23) as i32).max(1) - 127 - shift;
    let below_next = 0x0080_0000 - ((bits << shift) & 0x007f_ffff);
    let next = exponent + 1;
    exponent + i32::from(below_next <= rounded_up(next))
}

/// How many steps of 2^-24 (relative) below 2^k the logarithm still rounds to k: half the spacing of f32 at k, over the
/// derivative 1 / ln 2.
fn rounded_up(k: i32) -> u32 {
    const STEPS: [u32; 8] = [0, 1, 2, 5, 11, 22, 44, 88];
    let distance = if k > 0 { k - 1 } else { -k };
    distance.checked_ilog2().map_or(0, |j| STEPS[j as usize])
}

#[cfg(test)]
mod tests {
    use super::{floor_log2, half_to_f32};

    #[test]
    fn powers_and_their_neighbours() {
        assert_eq!([1.0, 1.999, 2.0, 0.75].map(floor_log2), [0, 0, 1, -1]);
        let below = |value: f32, steps: u32| f32::from_bits(value.to_bits() - steps);
        assert_eq!([below(16.0, 1), below(16.0, 2)].map(floor_log2), [4, 3]);
        assert_eq!([f32::MIN_POSITIVE, f32::from_bits(1), f32::from_bits(3)].map(floor_log2), [-126, -149, -148]);
    }

    #[test]
    fn every_exponent_is_a_power() {
        for e in 0..=255 {
            assert_eq!(f64::from(half_to_f32(e)), 2f64.powi(i32::from(e) - 128), "{e}");
        }
    }
}
