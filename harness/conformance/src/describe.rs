//! A block in words: its fields decoded for reading.

use quantmark_kernels::Format;
use quantmark_kernels::layout::{Field, FieldKind};

/// The fields of a block, `name=value` each; codes and packed scales in hex.
pub fn block(format: Format, bytes: &[u8]) -> String {
    let words: Vec<String> = format
        .fields()
        .iter()
        .filter_map(|field| Some(format!("{}={}", field.name, value(field, bytes.get(field.range())?))))
        .collect();
    words.join(" ")
}

fn value(field: &Field, bytes: &[u8]) -> String {
    match field.kind {
        FieldKind::F16 => list(bytes.chunks_exact(2).map(|b| {
            let half = half::f16::from_le_bytes([b[0], b[1]]);
            format!("{:?} (0x{:04x})", half.to_f32(), half.to_bits())
        })),
        FieldKind::Bf16 => list(bytes.chunks_exact(2).map(|b| {
            let half = half::bf16::from_le_bytes([b[0], b[1]]);
            format!("{:?} (0x{:04x})", half.to_f32(), half.to_bits())
        })),
        FieldKind::F32 => {
            list(bytes.chunks_exact(4).map(|b| super::compare::show(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))))
        }
        FieldKind::Sums => list(bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]]).to_string())),
        FieldKind::E8m0 => list(bytes.iter().map(|&e| format!("2^{} (0x{e:02x})", i32::from(e) - 127))),
        FieldKind::Ue4m3 => list(bytes.iter().map(|&e| format!("{:?} (0x{e:02x})", ue4m3(e)))),
        FieldKind::ScalesWithF16 => {
            let d = split_half(bytes);
            format!("{} with d={:?} (0x{:04x})", hex::encode(bytes), d.to_f32(), d.to_bits())
        }
        FieldKind::Scales | FieldKind::Codes | FieldKind::Signs => hex::encode(bytes),
    }
}

fn list(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.len() == 1 { words.concat() } else { format!("[{}]", words.join(", ")) }
}

/// The binary16 whose nibbles are the top ones of four little-endian words.
pub(super) fn split_half(words: &[u8]) -> half::f16 {
    let nibbles = words.chunks_exact(2).enumerate();
    half::f16::from_bits(nibbles.fold(0, |bits, (index, word)| bits | u16::from(word[1] >> 4) << (4 * index)))
}

/// An unsigned number of four exponent and three mantissa bits, bias 7.
pub(super) fn ue4m3(bits: u8) -> f32 {
    let (exponent, mantissa) = (i32::from(bits >> 3 & 15), f32::from(bits & 7));
    if exponent == 0 { mantissa / 512.0 } else { (1.0 + mantissa / 8.0) * 2f32.powi(exponent - 7) }
}

#[cfg(test)]
mod tests {
    use quantmark_kernels::SPECS;

    #[test]
    fn every_field_of_every_format_is_told() {
        for spec in SPECS {
            let told = super::block(spec.format, &vec![0x41; spec.block_bytes]);
            let fields = spec.format.fields();
            assert!(fields.iter().all(|field| told.contains(&format!("{}=", field.name))), "{told}");
        }
    }

    #[test]
    fn a_quarter_is_a_quarter() {
        assert_eq!(super::ue4m3(0x28), 0.25);
        assert_eq!(super::ue4m3(0x01), 1.0 / 512.0);
    }
}
