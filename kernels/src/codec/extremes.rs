//! The extremes of a block, from which its scale follows.
//!
//! Written with comparisons, not `f32::max`, so that a NaN loses every comparison as it does in the reference.

/// The largest |x|; 0 for a block of zeros.
#[inline(always)]
pub(crate) fn max_magnitude<const N: usize>(values: &[f32; N]) -> f32 {
    // A maximum does not depend on the order, so each lane has one of its own.
    lanes(
        values,
        0.0,
        |most, value| if value.abs() > most { value.abs() } else { most },
        |a, b| if b > a { b } else { a },
    )
}

/// The first x of the largest magnitude, with its sign; 0 for a block of zeros.
#[inline(always)]
pub(crate) fn signed_max<const N: usize>(values: &[f32; N]) -> f32 {
    let (min, max) = (lanes(values, 0.0, less, less), lanes(values, 0.0, more, more));
    if -min == max {
        return if max == 0.0 { 0.0 } else { first(values, |value| value.abs() == max) };
    }
    if -min > max { min } else { max }
}

/// The smallest and the largest x; of zeros the first, with its sign.
#[inline(always)]
pub(crate) fn min_max<const N: usize>(values: &[f32; N]) -> (f32, f32) {
    let (min, max) = (lanes(values, f32::MAX, less, less), lanes(values, -f32::MAX, more, more));
    (first_zero_or(min, values), first_zero_or(max, values))
}

/// The largest x.
#[inline(always)]
pub(crate) fn max<const N: usize>(values: &[f32; N]) -> f32 {
    lanes(values, f32::NEG_INFINITY, more, more)
}

#[inline(always)]
fn less(least: f32, value: f32) -> f32 {
    if value < least { value } else { least }
}

#[inline(always)]
fn more(most: f32, value: f32) -> f32 {
    if value > most { value } else { most }
}

/// An extreme that is not zero; for zero the first zero among the values: lanes lose which of two zeros came first.
#[inline(always)]
fn first_zero_or<const N: usize>(extreme: f32, values: &[f32; N]) -> f32 {
    if extreme == 0.0 { first(values, |value| value == 0.0) } else { extreme }
}

/// The first value that is looked for, which is one of them. Rare, so it is kept out of the vector code.
#[cold]
#[inline(never)]
fn first(values: &[f32], is_it: impl Fn(f32) -> bool) -> f32 {
    values.iter().copied().find(|&value| is_it(value)).expect("the extreme is one of the values")
}

/// Folds eight lanes side by side, then the lanes in halves.
#[inline(always)]
fn lanes<const N: usize>(
    values: &[f32; N],
    start: f32,
    take: impl Fn(f32, f32) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    const { assert!(N.is_multiple_of(8)) };
    let mut lanes = [start; 8];
    for values in values.chunks_exact(8) {
        for (lane, &value) in lanes.iter_mut().zip(values) {
            *lane = take(*lane, value);
        }
    }
    for half in [4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = join(lanes[lane], lanes[lane + half]);
        }
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::min_max;

    #[test]
    fn of_two_zeros_the_first_counts() {
        let mut values = [1.0; 32];
        (values[9], values[16]) = (-0.0, 0.0);
        assert_eq!(min_max(&values).0.to_bits(), (-0.0f32).to_bits());
        (values[9], values[16]) = (0.0, -0.0);
        assert_eq!(min_max(&values).0.to_bits(), 0.0f32.to_bits());
        assert_eq!(min_max(&values.map(|value| -value)).1.to_bits(), (-0.0f32).to_bits());
    }
}
