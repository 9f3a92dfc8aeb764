//! Blocks for the generated cases: scales set, codes chosen, dependent fields made consistent.

use half::f16;
use quantmark_kernels::Format;
use quantmark_kernels::layout::{Field, FieldKind};
use quantmark_reference::generator::random::Random;

/// Rows of random blocks whose scales are of ordinary size (1/16 to 2, either sign where the format has signs), so
/// that products neither overflow nor underflow. Activations have no code of -128, which no quantizer emits.
pub fn ordinary(format: Format, blocks: usize, random: &mut Random) -> Vec<u8> {
    let size = format.spec().block_bytes;
    let mut bytes: Vec<u8> = (0..blocks * size).map(|_| random.bits() as u8).collect();
    for block in bytes.chunks_exact_mut(size) {
        set_scales(format, block, |_| {
            let magnitude = 2f32.powi(-(random.below(5) as i32)) * (1.0 + random.unit());
            f16::from_f32(if random.below(4) == 0 { -magnitude } else { magnitude })
        });
        if matches!(format, Format::Q8_0 | Format::Q8_1 | Format::Q8_K) {
            let codes = format.fields().iter().find(|field| field.kind == FieldKind::Codes).expect("they have codes");
            block[codes.range()].iter_mut().filter(|code| **code == 0x80).for_each(|code| *code = 0x81);
        }
        settle(format, block);
    }
    bytes
}

/// Sets every number-valued field of a block, the weights of float formats included, to what comes closest to the
/// number drawn for it.
pub fn set_scales(format: Format, block: &mut [u8], mut draw: impl FnMut(&Field) -> f16) {
    for field in format.fields() {
        let bytes = &mut block[field.range()];
        match field.kind {
            FieldKind::F16 => {
                bytes.chunks_exact_mut(2).for_each(|b| b.copy_from_slice(&draw(field).to_le_bytes()));
            }
            FieldKind::Bf16 => bytes.chunks_exact_mut(2).for_each(|b| {
                b.copy_from_slice(&half::bf16::from_f32(draw(field).to_f32()).to_le_bytes());
            }),
            FieldKind::F32 => {
                bytes.chunks_exact_mut(4).for_each(|b| b.copy_from_slice(&draw(field).to_f32().to_le_bytes()));
            }
            // 128 is 1: ggml's codes of MXFP4 are doubled and its scale is halved.
            FieldKind::E8m0 => bytes.fill_with(|| (128 + exponent(draw(field))).clamp(0, 254) as u8),
            FieldKind::Ue4m3 => bytes.fill_with(|| ((7 + exponent(draw(field))).clamp(0, 15) << 3) as u8),
            FieldKind::ScalesWithF16 => {
                let bits = draw(field).to_bits();
                for (nibble, b) in bytes.chunks_exact_mut(2).enumerate() {
                    b[1] = b[1] & 0x0f | ((bits >> (4 * nibble) & 15) as u8) << 4;
                }
            }
            FieldKind::Scales | FieldKind::Codes | FieldKind::Signs | FieldKind::Sums => {}
        }
    }
}

fn exponent(value: f16) -> i32 {
    i32::from(value.to_bits() >> 10 & 31) - 15
}

/// Sets every byte of the codes, signs and packed scales of a block.
pub fn set_codes(format: Format, block: &mut [u8], mut draw: impl FnMut() -> u8) {
    for field in format.fields() {
        let bytes = &mut block[field.range()];
        match field.kind {
            FieldKind::Codes | FieldKind::Signs | FieldKind::Scales => bytes.fill_with(&mut draw),
            FieldKind::ScalesWithF16 => {
                for b in bytes.chunks_exact_mut(2) {
                    b[0] = draw();
                    b[1] = b[1] & 0xf0 | draw() & 0x0f;
                }
            }
            _ => {}
        }
    }
}

/// Makes what follows from other fields consistent: the sums that activation formats keep beside their codes.
pub fn settle(format: Format, block: &mut [u8]) {
    match format {
        Format::Q8_K => {
            let (codes, sums) = block[4..].split_at_mut(256);
            for (codes, sum) in codes.chunks_exact(16).zip(sums.chunks_exact_mut(2)) {
                sum.copy_from_slice(&(total(codes) as i16).to_le_bytes());
            }
        }
        Format::Q8_1 => {
            let d = f16::from_le_bytes([block[0], block[1]]).to_f32();
            let sum = f16::from_f32(d * total(&block[4..]) as f32);
            block[2..4].copy_from_slice(&sum.to_le_bytes());
        }
        _ => {}
    }
}

fn total(codes: &[u8]) -> i32 {
    codes.iter().map(|&code| i32::from(code as i8)).sum()
}

/// A copy of blocks with every scale and minimum 1, so that decoding gives the integer part of each weight. Float
/// formats have no scales: their weights become 1.
pub fn with_unit_scales(format: Format, blocks: &[u8]) -> Vec<u8> {
    let mut units = blocks.to_vec();
    for block in units.chunks_exact_mut(format.spec().block_bytes) {
        set_scales(format, block, |_| f16::ONE);
    }
    units
}

/// Whether every number that scales codes is a power of two (or zero). Stored sums are no scales; the weights of float
/// formats neither.
pub fn has_power_of_two_scales(format: Format, blocks: &[u8]) -> bool {
    let mut all = true;
    each_scale(format, blocks, |value| all &= value == 0.0 || value.to_bits() & 0x000f_ffff_ffff_ffff == 0);
    all
}

/// The largest finite magnitude among the numbers that scale a row's codes; 1 where it is smaller than that or the
/// format has no scales.
pub fn largest_scale(format: Format, blocks: &[u8]) -> f64 {
    let mut largest = 1.0f64;
    each_scale(format, blocks, |value| {
        if value.is_finite() {
            largest = largest.max(value.abs());
        }
    });
    largest
}

fn each_scale(format: Format, blocks: &[u8], mut see: impl FnMut(f64)) {
    let spec = format.spec();
    if spec.block_len == 1 {
        return;
    }
    for block in blocks.chunks_exact(spec.block_bytes) {
        for field in format.fields() {
            let bytes = &block[field.range()];
            match field.kind {
                FieldKind::F16 if (format, field.name) == (Format::Q8_1, "s") => {}
                FieldKind::F16 => bytes.chunks_exact(2).for_each(|b| see(f16::from_le_bytes([b[0], b[1]]).to_f64())),
                FieldKind::F32 => {
                    bytes.chunks_exact(4).for_each(|b| see(f32::from_le_bytes([b[0], b[1], b[2], b[3]]).into()));
                }
                FieldKind::E8m0 => bytes.iter().for_each(|&e| see(2f64.powi(i32::from(e) - 127))),
                FieldKind::Ue4m3 => bytes.iter().for_each(|&e| see(super::describe::ue4m3(e).into())),
                FieldKind::ScalesWithF16 => see(super::describe::split_half(bytes).to_f64()),
                FieldKind::Bf16 | FieldKind::Scales | FieldKind::Codes | FieldKind::Signs | FieldKind::Sums => {}
            }
        }
    }
}
