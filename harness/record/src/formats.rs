//! The order and the class of format names that a record holds; a record may name formats that this program lacks.

use quantmark_kernels::{Backend, Format, PrecisionClass, SPECS};

use crate::Record;

/// A format's group in tables and plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// 1 and 2 bits.
    UltraLow,
    /// 3 and 4 bits.
    Low,
    /// 5 to 8 bits.
    Medium,
    /// 16 and 32 bits.
    Full,
    /// Formats that this program does not know.
    Other,
}

impl Class {
    /// Every class, in the order of tables.
    pub const ALL: &[Self] = &[Self::UltraLow, Self::Low, Self::Medium, Self::Full, Self::Other];

    /// The class of a format by its name.
    pub fn of(format: &str) -> Self {
        match format.parse::<Format>().map(|format| format.spec().class) {
            Ok(PrecisionClass::UltraLow) => Self::UltraLow,
            Ok(PrecisionClass::Low) => Self::Low,
            Ok(PrecisionClass::Medium) => Self::Medium,
            Ok(PrecisionClass::Full) => Self::Full,
            Err(_) => Self::Other,
        }
    }

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UltraLow => "1–2 bit",
            Self::Low => "3–4 bit",
            Self::Medium => "5–8 bit",
            Self::Full => "16–32 bit",
            Self::Other => "other",
        }
    }

    /// Name of the class in the style sheet.
    pub const fn style(self) -> &'static str {
        match self {
            Self::UltraLow => "ultra-low",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::Full => "full",
            Self::Other => "other",
        }
    }
}

/// Every format that the record names, in the order of every table; strangers last, by name.
pub fn in_order(record: &Record) -> Vec<&str> {
    let cases = record.cases.iter().map(|case| case.format.as_str());
    let sizes = record.sizes.iter().map(|row| row.format.as_str());
    let timings = record.measurements.iter().map(|measurement| measurement.format.as_str());
    sorted(cases.chain(sizes).chain(timings))
}

/// Format names in the order of every table, each once.
pub fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable_by_key(|name| rank(name));
    names.dedup();
    names
}

/// Sorts format names.
pub fn rank(name: &str) -> (Class, usize, &str) {
    let row = SPECS.iter().position(|spec| spec.name == name).unwrap_or(SPECS.len());
    (Class::of(name), row, name)
}

/// Sorts backend names, weakest first, strangers last.
pub fn backend_rank(name: &str) -> (usize, &str) {
    let row = Backend::ALL.iter().position(|backend| backend.name() == name).unwrap_or(Backend::ALL.len());
    (row, name)
}

/// Bits a weight, from the record where it tells, else from the table of formats.
pub fn bits_per_weight(record: &Record, format: &str) -> Option<f64> {
    let recorded = record.sizes.iter().find(|row| row.format == format).map(|row| row.bits_per_weight);
    recorded.or_else(|| known_bits_per_weight(format))
}

/// Bits a weight of a format that this program knows.
pub fn known_bits_per_weight(format: &str) -> Option<f64> {
    format.parse::<Format>().ok().map(|format| format.spec().bits_per_weight())
}
