//! E2M1: sign, two bits of exponent, one of mantissa; the codes of MXFP4 and NVFP4. Source: OCP Microscaling Formats.

/// Twice the value of each code.
pub(crate) const VALUES: [i8; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/// [`VALUES`] with 12 added, so that none is negative.
#[cfg(target_arch = "x86_64")]
pub(crate) const RAISED: [u8; 16] = {
    let mut raised = [0; 16];
    let mut code = 0;
    while code < 16 {
        raised[code] = (VALUES[code] + 12) as u8;
        code += 1;
    }
    raised
};

/// For each number the code whose value times `scale` is nearest; of equally near ones the first.
///
/// The distances are those that f32 arithmetic gives, |value * scale - x| with each operation rounded: a tie may come
/// from rounding, and is then decided in the order of the codes too.
#[inline(always)]
pub(crate) fn nearest<const N: usize>(values: &[f32; N], scale: f32) -> [u8; N] {
    // A value of the other sign is never strictly nearer than zero, so magnitudes decide.
    let sizes = values.map(f32::abs);
    let mut best = sizes;
    let mut codes = [0u32; N];
    for (code, &value) in VALUES.iter().enumerate().take(8).skip(1) {
        let candidate = f32::from(value) * scale;
        for j in 0..N {
            let distance = (candidate - sizes[j]).abs();
            let nearer = distance < best[j];
            best[j] = if nearer { distance } else { best[j] };
            codes[j] = if nearer { code as u32 } else { codes[j] };
        }
    }
    for j in 0..N {
        // Code 0 stands for both zeros.
        codes[j] |= if values[j] < 0.0 && codes[j] != 0 { 8 } else { 0 };
    }
    codes.map(|code| code as u8)
}
