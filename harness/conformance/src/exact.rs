//! What a dot product is exactly, and how far from it a correct kernel may be.

use quantmark_kernels::format::{FLOAT_TERM, JOINING, LARGEST_CODE};
use quantmark_kernels::{Format, KernelError, dequantize_exact, dequantize_magnitude};

use super::{blocks, minimum};

/// Half the distance from 1 to the next f32: the relative error of one rounding.
const UNIT_ROUNDOFF: f64 = f64::EPSILON * 268_435_456.0;

/// Half the smallest subnormal: the absolute error of one rounding that underflows.
const UNDERFLOW: f64 = f32::from_bits(1) as f64 / 2.0;

/// Multiples of a unit below this are f32 numbers, with one bit to spare for a minimum and a code whose difference has
/// a larger unit than either.
const EXACT_UNITS: f64 = 8_388_608.0;

/// Above this product of the units of both sides no step of a kernel is subnormal, in whatever order it multiplies its
/// factors: it may split off as many bits as a significand has.
const LEAST_EXACT_UNIT: f64 = f32::MIN_POSITIVE as f64 * (1u32 << f32::MANTISSA_DIGITS) as f64;

/// What a kernel's result is measured by.
#[derive(Clone, Debug, PartialEq)]
pub struct DotTruth {
    /// The exact value, correct to far below the bound.
    pub value: f64,
    /// The sum of the magnitudes of all terms.
    pub magnitude: f64,
    /// How far a result may be from the value.
    pub bound: f64,
    kind: Kind,
    derivation: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Every partial sum in any order is an f32: the result is this very number.
    Exact,
    /// Within the bound.
    Bounded,
    /// A partial result may exceed f32: infinities and NaN are allowed beside numbers within the bound.
    MayOverflow,
    /// A factor is infinite or NaN: no finite number is a correct result.
    NotFinite,
}

/// The truth about one row of weights and one activation.
///
/// A kernel rounds each term `n = per_term + additions_per_block * blocks + JOINING` times at most on its way into the result
/// ([`DotRoundings`](quantmark_kernels::format::DotRoundings)), so its error is at most `n u / (1 - n u)` times the sum
/// of the terms' magnitudes, with `u = 2^-24` (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). A
/// rounding that underflows errs by `2^-150` at most, and what it is later multiplied by is at most the terms' integer
/// parts, which the same blocks with unit scales give.
///
/// `partner` is the activation's format: the format's own, or [`Format::F32`], where every weight is decoded and `n` is
/// `FLOAT_TERM + cols + JOINING`. There a rounding that underflows is multiplied by an activation or by a scale later.
///
/// # Errors
/// Buffers whose lengths do not belong together.
///
/// # Panics
/// The format has no dot product.
pub fn dot_truth(
    format: Format,
    partner: Format,
    cols: usize,
    weights: &[u8],
    activation: &[u8],
) -> Result<DotTruth, KernelError> {
    let spec = format.spec();
    let is_own = spec.activation == Some(partner);
    let roundings = spec.dot_roundings.expect("the format has a dot product");
    let w = Decoded::of(format, cols, weights)?;
    let a = Decoded::of(partner, cols, activation)?;

    let n_blocks = cols / spec.block_len;
    let (per_term, additions) = if is_own {
        (roundings.per_term, f64::from(roundings.additions_per_block) * n_blocks as f64)
    } else {
        (FLOAT_TERM, cols as f64)
    };
    let count = f64::from(per_term) + additions + f64::from(JOINING);
    let finite = w.exact.iter().chain(&a.exact).all(|value| value.is_finite());
    let (value, magnitude) = products(format, partner, &w, &a, weights, activation);
    let derived = if is_own {
        format!("per_term + additions_per_block x {n_blocks} blocks + {JOINING}")
    } else {
        format!("{FLOAT_TERM} + {cols} columns + {JOINING}")
    };
    let mut truth = DotTruth {
        value,
        magnitude,
        bound: 0.0,
        kind: Kind::NotFinite,
        derivation: format!("{count} roundings ({derived}) x 2^-24 x {magnitude:.6e}"),
    };
    if !finite || !magnitude.is_finite() {
        return Ok(truth);
    }

    let integers =
        if spec.block_len == 1 { 0.0 } else { integer_magnitude(format, partner, cols, weights, activation)? };
    let activations: f64 = a.magnitude.iter().sum();
    let scale = blocks::largest_scale(format, weights);
    let later = if is_own { integers } else { activations + scale * integers };
    let gamma = count * UNIT_ROUNDOFF / (1.0 - count * UNIT_ROUNDOFF);
    let own_error = 4.0 * cols as f64 * f64::EPSILON;
    truth.bound = (gamma + own_error) * magnitude + count * UNDERFLOW * (1.0 + later);

    let scales = scale * blocks::largest_scale(partner, activation);
    let codes = if is_own { 0.0 } else { f64::from(LARGEST_CODE) * activations };
    let largest = f64::from(f32::MAX) / (1.0 + gamma);
    // Scales are multiplied with each other even where every code is 0.
    truth.kind = if magnitude.max(scales * integers.max(1.0)).max(codes) >= largest {
        Kind::MayOverflow
    } else if blocks::has_power_of_two_scales(format, weights)
        && blocks::has_power_of_two_scales(partner, activation)
        && magnitude < w.unit() * a.unit() * EXACT_UNITS
        && w.unit() * a.unit() > LEAST_EXACT_UNIT
    {
        Kind::Exact
    } else {
        Kind::Bounded
    };
    Ok(truth)
}

impl DotTruth {
    /// Whether a result is correct.
    pub fn admits(&self, got: f32) -> bool {
        let close = (f64::from(got) - self.value).abs() <= self.bound;
        match self.kind {
            Kind::Exact => f64::from(got) == self.value,
            Kind::Bounded => close,
            Kind::MayOverflow => close || !got.is_finite(),
            Kind::NotFinite => !got.is_finite(),
        }
    }

    /// Whether the result must be the exact value.
    pub fn is_exact(&self) -> bool {
        self.kind == Kind::Exact
    }

    /// What is expected, for reading.
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Exact => format!("{:?} exactly", self.value),
            Kind::Bounded => format!("{:?} within {:.3e}", self.value, self.bound),
            Kind::MayOverflow => format!("{:?} within {:.3e}, or an overflow", self.value, self.bound),
            Kind::NotFinite => "infinity or NaN: a factor is".to_owned(),
        }
    }

    /// The bound and where it comes from.
    pub fn derivation(&self) -> String {
        match self.kind {
            Kind::Exact => "0: every partial sum is representable in f32".to_owned(),
            Kind::NotFinite => "none: not a finite number".to_owned(),
            Kind::Bounded | Kind::MayOverflow => format!("{:.3e} = {} + underflow", self.bound, self.derivation),
        }
    }
}

/// A row, decoded without rounding.
struct Decoded {
    exact: Vec<f64>,
    magnitude: Vec<f64>,
}

impl Decoded {
    fn of(format: Format, cols: usize, blocks: &[u8]) -> Result<Self, KernelError> {
        let mut exact = vec![0.0; cols];
        dequantize_exact(format, blocks, &mut exact)?;
        let mut magnitude = vec![Default::default(); cols];
        dequantize_magnitude(format, blocks, &mut magnitude)?;
        Ok(Self { exact, magnitude: magnitude.into_iter().map(|m| m.get()).collect() })
    }

    /// The largest power of two, at most 1, that divides every number.
    fn unit(&self) -> f64 {
        let numbers = self.exact.iter().chain(&self.magnitude).filter(|value| **value != 0.0);
        numbers.map(|value| lowest_bit(*value)).fold(1.0, f64::min)
    }
}

fn lowest_bit(value: f64) -> f64 {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1075;
    let mantissa = bits & 0x000f_ffff_ffff_ffff | 0x0010_0000_0000_0000;
    2f64.powi(exponent + mantissa.trailing_zeros() as i32)
}

fn products(
    format: Format,
    partner: Format,
    w: &Decoded,
    a: &Decoded,
    weights: &[u8],
    activation: &[u8],
) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    if !minimum::is_paired(partner) {
        for ((&w, &magnitude), &a) in w.exact.iter().zip(&w.magnitude).zip(&a.exact) {
            sums.0 += w * a;
            sums.1 += magnitude * a.abs();
        }
        return sums;
    }
    let (spec, partner) = (format.spec(), partner.spec());
    for (index, (wb, ab)) in
        weights.chunks_exact(spec.block_bytes).zip(activation.chunks_exact(partner.block_bytes)).enumerate()
    {
        let range = index * spec.block_len..(index + 1) * spec.block_len;
        let (value, magnitude) = minimum::block_product(
            format,
            wb,
            ab,
            &w.exact[range.clone()],
            &w.magnitude[range.clone()],
            &a.exact[range],
        );
        sums.0 += value;
        sums.1 += magnitude;
    }
    sums
}

/// The sum of the terms' magnitudes with every scale 1.
fn integer_magnitude(
    format: Format,
    partner: Format,
    cols: usize,
    weights: &[u8],
    activation: &[u8],
) -> Result<f64, KernelError> {
    let w = Decoded::of(format, cols, &blocks::with_unit_scales(format, weights))?;
    let a = Decoded::of(partner, cols, &blocks::with_unit_scales(partner, activation))?;
    Ok(w.magnitude.iter().zip(&a.magnitude).map(|(w, a)| w * a).sum())
}

#[cfg(test)]
mod tests {
    use super::{UNDERFLOW, UNIT_ROUNDOFF, dot_truth, lowest_bit};
    use crate::blocks;
    use quantmark_kernels::Format;
    use quantmark_reference::generator::random::Random;

    #[test]
    fn constants_are_powers_of_two() {
        assert_eq!(UNIT_ROUNDOFF, 2f64.powi(-24));
        assert_eq!(UNDERFLOW, 2f64.powi(-150));
        assert_eq!(lowest_bit(12.0), 4.0);
        assert_eq!(lowest_bit(0.375), 0.125);
    }

    #[test]
    fn unit_scales_make_the_truth_exact() {
        let mut random = Random::new(5);
        let weights = blocks::with_unit_scales(Format::Q4_0, &blocks::ordinary(Format::Q4_0, 2, &mut random));
        let activation = blocks::with_unit_scales(Format::Q8_0, &blocks::ordinary(Format::Q8_0, 2, &mut random));
        let truth = dot_truth(Format::Q4_0, Format::Q8_0, 64, &weights, &activation).unwrap();
        assert!(truth.is_exact());
        assert!(truth.admits(truth.value as f32) && !truth.admits(truth.value as f32 + 1.0));
    }

    #[test]
    fn scales_may_overflow_over_codes_of_zero() {
        let mut weights = vec![0; 17];
        weights[0] = 248;
        let mut activation = vec![1; 34];
        activation[..2].copy_from_slice(&0x6400u16.to_le_bytes());
        let truth = dot_truth(Format::MXFP4, Format::Q8_0, 32, &weights, &activation).unwrap();
        assert!(truth.admits(0.0) && truth.admits(f32::NAN) && !truth.admits(1.0), "2^120 * 1024 exceeds f32");
    }

    #[test]
    fn infinite_scales_allow_no_number() {
        let mut random = Random::new(6);
        let mut weights = blocks::ordinary(Format::Q4_0, 1, &mut random);
        weights[..2].copy_from_slice(&0x7c00u16.to_le_bytes());
        let activation = blocks::ordinary(Format::Q8_0, 1, &mut random);
        let truth = dot_truth(Format::Q4_0, Format::Q8_0, 32, &weights, &activation).unwrap();
        assert!(!truth.admits(1.0) && truth.admits(f32::INFINITY) && truth.admits(f32::NAN));
    }
}
