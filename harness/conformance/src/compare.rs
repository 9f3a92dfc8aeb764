//! Comparing results element by element, down to a [`Finding`].

use quantmark_kernels::Format;

use super::case::Finding;

/// Whether two results are the same: the same bits, except that any NaN equals any other (which NaN an operation
/// gives is left to the machine by IEEE 754, and no kernel reads its payload).
pub fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// Steps between two numbers on the line of all f32; `None` where either is NaN. 0 and -0 are one step apart.
pub fn ulp_distance(a: f32, b: f32) -> Option<u64> {
    let place = |value: f32| {
        let magnitude = i64::from(value.to_bits() & 0x7fff_ffff);
        if value.is_sign_negative() { -1 - magnitude } else { magnitude }
    };
    (!a.is_nan() && !b.is_nan()).then(|| place(a).abs_diff(place(b)))
}

/// A number with its bits.
pub fn show(value: f32) -> String {
    format!("{value:?} (0x{:08x})", value.to_bits())
}

/// Compares quantized bytes; the block told is the expected one.
pub fn bytes(format: Format, expected: &[u8], got: &[u8]) -> Option<Finding> {
    let size = format.spec().block_bytes;
    let wrong = |&at: &usize| expected[at] != got[at];
    let element = (0..expected.len()).find(wrong)?;
    let block = element / size;
    let range = block * size..(block + 1) * size;
    Some(Finding {
        at: None,
        element,
        wrong: (0..expected.len()).filter(wrong).count(),
        total: expected.len(),
        block,
        block_format: format,
        block_bytes: expected[range.clone()].to_vec(),
        expected: format!("0x{:02x} at byte {} of the block", expected[element], element % size),
        got: format!("0x{:02x} in {}", got[element], hex::encode(&got[range])),
        ulp: None,
        bound: None,
    })
}

/// Compares decoded weights by [`same`].
pub fn decoded(format: Format, blocks: &[u8], expected: &[f32], got: &[f32]) -> Option<Finding> {
    decoded_by(format, blocks, expected, got, |at| !same(expected[at], got[at]))
}

/// Compares decoded weights by any rule.
pub fn decoded_by(
    format: Format,
    blocks: &[u8],
    expected: &[f32],
    got: &[f32],
    wrong: impl Fn(usize) -> bool,
) -> Option<Finding> {
    let spec = format.spec();
    let element = (0..got.len()).find(|&at| wrong(at))?;
    let block = element / spec.block_len;
    Some(Finding {
        at: None,
        element,
        wrong: (0..got.len()).filter(|&at| wrong(at)).count(),
        total: got.len(),
        block,
        block_format: format,
        block_bytes: blocks[block * spec.block_bytes..(block + 1) * spec.block_bytes].to_vec(),
        expected: show(expected[element]),
        got: show(got[element]),
        ulp: ulp_distance(expected[element], got[element]),
        bound: None,
    })
}

/// Compares outputs of products by [`same`]; the block told is the first of the output's row of weights.
pub fn outputs(format: Format, rows: usize, weights: &[u8], expected: &[f32], got: &[f32]) -> Option<Finding> {
    let spec = format.spec();
    let wrong = |&at: &usize| !same(expected[at], got[at]);
    let element = (0..got.len()).find(wrong)?;
    let block = element % rows * (weights.len() / rows / spec.block_bytes);
    Some(Finding {
        at: None,
        element,
        wrong: (0..got.len()).filter(wrong).count(),
        total: got.len(),
        block,
        block_format: format,
        block_bytes: weights[block * spec.block_bytes..][..spec.block_bytes].to_vec(),
        expected: show(expected[element]),
        got: show(got[element]),
        ulp: ulp_distance(expected[element], got[element]),
        bound: None,
    })
}

#[cfg(test)]
mod tests {
    use super::{same, ulp_distance};

    #[test]
    fn distances_count_across_zero() {
        assert_eq!(ulp_distance(1.0, 1.0 + f32::EPSILON), Some(1));
        assert_eq!(ulp_distance(0.0, -0.0), Some(1));
        assert_eq!(ulp_distance(f32::from_bits(1), -f32::from_bits(1)), Some(3));
        assert_eq!(ulp_distance(f32::NAN, 1.0), None);
    }

    #[test]
    fn nan_equals_nan_and_zeros_differ() {
        assert!(same(f32::NAN, f32::from_bits(0xffc0_1234)));
        assert!(!same(0.0, -0.0));
    }
}
