//! Checks of sizes.

use quantmark_kernels::{Format, PrecisionClass};
use quantmark_model::file_type::FileType;
use quantmark_record::digest::Digest;

use super::{Finding, Holds};
use crate::recommend;

/// What statements about size are held against: most mean one of them and do not say which.
const BASELINES: [(&str, &str); 2] = [("F16", "f16"), ("F32", "f32")];

fn bits(digest: &Digest, format: &str) -> Option<f64> {
    digest.sizes.iter().find(|row| row.format == format).map(|row| row.bits_per_weight)
}

/// Whether a format saves about a share of F16 or of F32.
pub(super) fn reduction(digest: &Digest, format: &str, share: f64, within: f64) -> Finding {
    let Some(own) = bits(digest, format) else { return Finding::missing(&format!("no size of {format}")) };
    let saved: Vec<(&str, f64)> =
        BASELINES.iter().filter_map(|&(name, base)| Some((name, 1.0 - own / bits(digest, base)?))).collect();
    if saved.is_empty() {
        return Finding::missing("no size of F16 or F32");
    }
    let true_of: Vec<&str> =
        saved.iter().filter(|(_, saved)| (saved - share).abs() <= within).map(|(name, _)| *name).collect();
    let values: Vec<String> = saved.iter().map(|(name, saved)| format!("{:.1} % of {name}", saved * 100.0)).collect();
    let measured = format!("{format}, {own} bits a weight, saves {}", values.join(", "));
    let baseline = if true_of.is_empty() { "neither F16 nor F32".to_owned() } else { true_of.join(" and ") };
    Finding::new(!true_of.is_empty(), measured).against(&baseline)
}

/// Whether known models stay below a size; a size follows from their shapes.
pub(super) fn models_under(file_type: &str, megabytes: f64, names: &[String]) -> Finding {
    let file_type = FileType::from_name(file_type).expect("claim files are checked by a test");
    let shapes = recommend::models();
    let sizes: Vec<(&String, f64)> = names
        .iter()
        .filter_map(|name| Some((name, shapes.iter().find(|shape| shape.name == *name)?)))
        .map(|(name, shape)| (name, recommend::mixture(shape, file_type).bytes as f64 / 1e6))
        .collect();
    let texts: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} {size:.0} MB")).collect();
    let below = sizes.iter().filter(|(_, size)| *size < megabytes).count();
    let measured = format!("{} in {}: {below} of {} below", texts.join(", "), file_type.name, sizes.len());
    Finding::new(below == sizes.len(), measured)
}

/// Whether every format's true bits a weight lie in the range of its class.
pub(super) fn classes(digest: &Digest, ranges: [[f64; 2]; 3], scale_bits: f64) -> Finding {
    let classes = [PrecisionClass::UltraLow, PrecisionClass::Low, PrecisionClass::Medium];
    let (mut texts, mut outside) = (Vec::new(), Vec::new());
    for (class, [fewest, most]) in classes.into_iter().zip(ranges) {
        let of_class = |format: &&Format| format.spec().class == class && format.spec().activation.is_some();
        let found: Vec<(&Format, f64)> = Format::ALL
            .iter()
            .filter(of_class)
            .filter_map(|format| Some((format, bits(digest, format.name())?)))
            .collect();
        if found.is_empty() {
            continue;
        }
        let (low, high) = found.iter().fold((f64::MAX, 0.0), |(low, high), (_, bits)| (bits.min(low), bits.max(high)));
        texts.push(format!("{fewest:.0} to {most:.0} bits: {low} to {high} with scales"));
        let is_outside = |bits: f64| !(fewest..=most + scale_bits).contains(&bits);
        outside.extend(found.iter().filter(|(_, bits)| is_outside(*bits)).map(|(format, _)| format.name()));
    }
    if texts.is_empty() {
        return Finding::missing("no sizes");
    }
    if !outside.is_empty() {
        texts.push(format!("outside: {}", outside.join(", ")));
    }
    Finding::new(Holds::from(outside.is_empty()), texts.join("; "))
}
