//! L1: every code and every scale of a format.

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::layout::FieldKind;
use quantmark_kernels::{Backend, Format, Operation, dequantize_exact, dequantize_magnitude, kernels};
use quantmark_record::schema::Level;
use quantmark_reference::generator::random::Random;
use serde::Deserialize;

use super::suite::Suite;
use crate::case::{Case, Finding, Verdict};
use crate::{blocks, compare};

#[derive(Clone, Debug, Deserialize)]
struct Parameters {
    rounds: usize,
    roundings: u32,
}

/// Blocks decoded at a time.
const CHUNK: usize = 256;

pub fn cases(format: Format) -> Vec<Case> {
    let suite: Suite<Parameters> = Suite::read(include_str!("../../../../suites/conformance/code_points.toml"));
    let mut all = Vec::new();
    let mut add = |variant: &str, chunks: usize, fill: fn(Format, usize, usize, &mut [u8])| {
        let roundings = suite.parameters.roundings;
        all.push(suite.case(Level::L1, format, Operation::Dequantize, variant, move |subject| {
            check(format, roundings, chunks, fill, subject)
        }));
    };
    if format.spec().block_len > 1 {
        add("codes", suite.parameters.rounds, set_codes);
    }
    add("scales", 65_536 / CHUNK, set_scales);
    all
}

/// In every chunk each byte of the codes takes all 256 values; which go together changes with the chunk.
fn set_codes(format: Format, chunk: usize, index: usize, block: &mut [u8]) {
    let mut position = 0;
    blocks::set_codes(format, block, || {
        position += 1;
        (index + (2 * chunk + 37) * position) as u8
    });
    blocks::set_scales(format, block, |_| half::f16::ONE);
}

/// Over all chunks every 16-bit number-valued field takes all its values; a second one all of them in another order.
fn set_scales(format: Format, chunk: usize, index: usize, block: &mut [u8]) {
    let mut pattern = (chunk * CHUNK + index) as u16;
    for field in format.fields() {
        let bytes = &mut block[field.range()];
        match field.kind {
            FieldKind::F16 | FieldKind::Bf16 => bytes.copy_from_slice(&pattern.to_le_bytes()),
            // The low half stays random.
            FieldKind::F32 => bytes[2..].copy_from_slice(&pattern.to_le_bytes()),
            FieldKind::E8m0 => bytes.fill(pattern as u8),
            FieldKind::Ue4m3 => {
                bytes
                    .iter_mut()
                    .enumerate()
                    .for_each(|(position, b)| *b = (pattern as u8).wrapping_add(position as u8));
            }
            FieldKind::ScalesWithF16 => bytes.chunks_exact_mut(2).enumerate().for_each(|(nibble, b)| {
                b[1] = b[1] & 0x0f | ((pattern >> (4 * nibble) & 15) as u8) << 4;
            }),
            FieldKind::Scales | FieldKind::Codes | FieldKind::Signs | FieldKind::Sums => continue,
        }
        pattern = pattern.wrapping_mul(40_503);
    }
}

fn check(
    format: Format,
    roundings: u32,
    chunks: usize,
    fill: fn(Format, usize, usize, &mut [u8]),
    subject: &dyn Implementation,
) -> Result<Verdict, Refusal> {
    let spec = format.spec();
    let mut random = Random::named(0, &["code_points", spec.name]);
    let mut bytes = vec![0; CHUNK * spec.block_bytes];
    let mut got = vec![0.0; CHUNK * spec.block_len];
    for chunk in 0..chunks {
        for (index, block) in bytes.chunks_exact_mut(spec.block_bytes).enumerate() {
            block.fill_with(|| random.bits() as u8);
            fill(format, chunk, index, block);
            blocks::settle(format, block);
        }
        got.fill(f32::NAN);
        subject.dequantize(format, &bytes, &mut got)?;
        let finding = match near_exact(format, roundings, &bytes, &got)? {
            Some(finding) => Some(finding),
            None => same_as_scalar(format, &bytes, &got, subject)?,
        };
        if let Some(mut finding) = finding {
            finding.element += chunk * CHUNK * spec.block_len;
            finding.block += chunk * CHUNK;
            return Ok(Verdict::of(Some(finding)));
        }
    }
    Ok(Verdict::Pass)
}

/// Each weight within its roundings of the exact value. Infinities and NaN are those of the exact value; a value beyond
/// f32 becomes infinite.
fn near_exact(format: Format, roundings: u32, bytes: &[u8], got: &[f32]) -> Result<Option<Finding>, Refusal> {
    let mut exact = vec![0.0f64; got.len()];
    dequantize_exact(format, bytes, &mut exact)?;
    let mut magnitude = vec![Default::default(); got.len()];
    dequantize_magnitude(format, bytes, &mut magnitude)?;
    let n = f64::from(roundings);
    let relative = n * f64::from(f32::EPSILON) / 2.0;
    // Half the smallest subnormal a rounding, times a code.
    let underflow = n * f64::from(f32::from_bits(1)) / 2.0 * 256.0;
    let wrong = |at: usize| {
        let (exact, got, magnitude): (f64, f32, f64) = (exact[at], got[at], magnitude[at].get());
        if exact.is_nan() {
            return !got.is_nan();
        }
        if got.is_infinite() {
            return !(exact.is_sign_negative() == got.is_sign_negative()
                && (exact.is_infinite() || magnitude >= f64::from(f32::MAX)));
        }
        (f64::from(got) - exact).abs().partial_cmp(&(relative * magnitude + underflow)).is_none_or(|o| o.is_gt())
    };
    let rounded: Vec<f32> = exact.iter().map(|&value| value as f32).collect();
    Ok(compare::decoded_by(format, bytes, &rounded, got, wrong)
        .map(|finding| Finding { bound: Some(format!("{roundings} roundings of the exact value")), ..finding }))
}

fn same_as_scalar(
    format: Format,
    bytes: &[u8],
    got: &[f32],
    subject: &dyn Implementation,
) -> Result<Option<Finding>, Refusal> {
    let scalar = Backend::Scalar.detect().expect("every machine has it");
    let Some(scalar) = kernels(format, scalar).filter(|_| subject.name() != Backend::Scalar.name()) else {
        return Ok(None);
    };
    let mut expected = vec![0.0; got.len()];
    scalar.dequantize(bytes, &mut expected)?;
    Ok(compare::decoded(format, bytes, &expected, got).map(|finding| finding.at("compared with the scalar backend")))
}
