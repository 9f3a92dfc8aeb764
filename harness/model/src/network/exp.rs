//! The exponential function as arithmetic that compilers turn into SIMD code.

/// e^x within two units in the last place; 0 far below, infinity far above, NaN of NaN.
///
/// 2^n times a polynomial for what is left of x after n times ln 2. Coefficients: Cephes, `expf`.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    /// Added to a number, leaves its nearest integer in the lowest bits.
    const INTEGERS: f32 = 12_582_912.0;
    /// ln 2 in two parts, products of the first of which with integers are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let x = x.clamp(-104.0, 89.0);
    let rounded = x * std::f32::consts::LOG2_E + INTEGERS;
    let n = (rounded.to_bits() as i32).wrapping_sub(INTEGERS.to_bits() as i32);
    let whole = rounded - INTEGERS;
    let r = x - whole * LN_2[0] - whole * LN_2[1];
    let mut polynomial = 1.987_569_1e-4;
    for coefficient in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        polynomial = polynomial * r + coefficient;
    }
    // In two factors, each of which is a normal number.
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    (polynomial * r * r + r + 1.0) * power(n >> 1) * power(n - (n >> 1))
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn it_is_within_two_units_in_the_last_place() {
        for step in -870_000..=887_000 {
            let x = step as f32 * 1e-4;
            let (ours, exact) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours - exact).abs() <= exact * 2.0 * f64::from(f32::EPSILON), "{x}: {ours}, not {exact}");
        }
    }

    #[test]
    fn the_ends_are_zero_and_infinity() {
        assert_eq!([exp(f32::NEG_INFINITY), exp(-200.0), exp(0.0)], [0.0, 0.0, 1.0]);
        assert_eq!([exp(90.0), exp(f32::INFINITY)], [f32::INFINITY; 2]);
        assert!(exp(f32::NAN).is_nan());
        let least = f64::from(exp(-100.0)) / (-100.0f64).exp();
        assert!((least - 1.0).abs() < 0.02, "subnormal numbers have few digits: {least}");
    }
}
