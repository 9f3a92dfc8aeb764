//! Blocks that no quantizer made: what a decoder must read all the same.

use quantmark_kernels::Format;
use quantmark_kernels::layout::FieldKind;
use serde::Deserialize;

use super::random::Random;

/// How the bytes of raw blocks are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawBlocks {
    /// Block k of row r holds every byte value at every position of its codes as the rows go by; scales near 1.
    CodePoints,
    /// Uniform bytes everywhere.
    RandomBytes,
    /// Uniform codes; scales of every exponent, with both signs, zero, infinity and NaN.
    Scales,
}

impl RawBlocks {
    /// Rows of `cols` weights, as bytes; `cols` is a multiple of the block length.
    pub fn rows(self, format: Format, cols: usize, rows: usize, random: &mut Random) -> Vec<u8> {
        let spec = format.spec();
        let blocks = rows * cols / spec.block_len;
        let mut bytes: Vec<u8> = (0..blocks * spec.block_bytes).map(|_| random.bits() as u8).collect();
        for (index, block) in bytes.chunks_exact_mut(spec.block_bytes).enumerate() {
            match self {
                Self::CodePoints => {
                    set_codes(format, block, index);
                    set_scales(format, block, ONE);
                }
                Self::RandomBytes => {}
                Self::Scales => set_scales(format, block, scale_point(index)),
            }
            sum_codes(format, block);
        }
        bytes
    }
}

/// 1 as binary16.
const ONE: u16 = 0x3c00;

/// A binary16 whose exponent steps through all 32 as `index` grows, with signs and mantissas that change too.
fn scale_point(index: usize) -> u16 {
    let exponent = (index % 32) as u16;
    let sign = (index / 32 % 2) as u16;
    let mantissa = (index as u16).wrapping_mul(409) & 0x3ff;
    let mantissa = if exponent == 31 && index.is_multiple_of(3) { 0 } else { mantissa };
    sign << 15 | exponent << 10 | mantissa
}

/// Byte `position` becomes `(index + 37 * position) mod 256`: with 256 blocks every value at every position.
fn set_codes(format: Format, block: &mut [u8], index: usize) {
    for field in format.fields() {
        let counted = matches!(field.kind, FieldKind::Codes | FieldKind::Signs | FieldKind::Scales);
        if counted || format.spec().block_len == 1 {
            for position in field.range() {
                block[position] = (index + 37 * position) as u8;
            }
        }
    }
}

/// Puts a binary16 bit pattern, or what comes closest in the format, into every scale of a block.
fn set_scales(format: Format, block: &mut [u8], half: u16) {
    if format.spec().block_len == 1 {
        return;
    }
    for field in format.fields() {
        let bytes = &mut block[field.range()];
        match field.kind {
            FieldKind::F16 => bytes.chunks_exact_mut(2).for_each(|b| b.copy_from_slice(&half.to_le_bytes())),
            FieldKind::F32 => {
                let single = half::f16::from_bits(half).to_f32_const();
                bytes.chunks_exact_mut(4).for_each(|b| b.copy_from_slice(&single.to_le_bytes()));
            }
            // The exponent of 2 * half in steps of eight, so that 32 exponents of a half reach all of E8M0.
            FieldKind::E8m0 if half == ONE => bytes.fill(128),
            FieldKind::E8m0 => bytes.fill(((half >> 10 & 31) << 3 | (half & 7)) as u8),
            FieldKind::Ue4m3 if half == ONE => bytes.fill(0x38),
            FieldKind::Ue4m3 => {
                for (position, byte) in bytes.iter_mut().enumerate() {
                    *byte = (half >> 7) as u8 ^ position as u8;
                }
            }
            FieldKind::ScalesWithF16 => {
                for (nibble, b) in bytes.chunks_exact_mut(2).enumerate() {
                    b[1] = b[1] & 0x0f | ((half >> (4 * nibble) & 15) as u8) << 4;
                }
            }
            FieldKind::Bf16 | FieldKind::Scales | FieldKind::Codes | FieldKind::Signs | FieldKind::Sums => {}
        }
    }
}

/// Q8_K stores the sums of its codes beside them; kernels may rely on that.
fn sum_codes(format: Format, block: &mut [u8]) {
    if format != Format::Q8_K {
        return;
    }
    let (codes, sums) = block[4..].split_at_mut(256);
    for (codes, sum) in codes.chunks_exact(16).zip(sums.chunks_exact_mut(2)) {
        let total: i16 = codes.iter().map(|&code| i16::from(code as i8)).sum();
        sum.copy_from_slice(&total.to_le_bytes());
    }
}
