//! The families of formats: the one list of them, and what any format is asked.
//!
//! A family is a folder here with its rows, its layouts and what is its own, such as ggml's type ids.

pub mod ggml;

use std::fmt;
use std::str::FromStr;

use crate::format::{Family, Format, FormatSpec};
use crate::layout::Field;

/// Every family. The position of one is part of its formats' handles.
pub const FAMILIES: &[Family] = &[ggml::FAMILY];

/// What is fixed about every format, in the order of [`Format::ALL`].
pub const SPECS: &[FormatSpec] = ggml::FAMILY.specs;

/// For each family and each number that it gives, the row of the family's specs.
const ROWS: [[u8; 64]; FAMILIES.len()] = {
    let mut rows = [[u8::MAX; 64]; FAMILIES.len()];
    let mut family = 0;
    while family < FAMILIES.len() {
        let specs = FAMILIES[family].specs;
        let mut row = 0;
        while row < specs.len() {
            let format = specs[row].format;
            assert!(format.family_index() == family, "a family's formats carry its position");
            let slot = &mut rows[family][format.number() as usize];
            assert!(*slot == u8::MAX, "a number that two formats have");
            *slot = row as u8;
            row += 1;
        }
        family += 1;
    }
    rows
};

impl Format {
    /// Every format, in the order of every table.
    pub const ALL: &[Format] = &formats_of::<{ SPECS.len() }>(SPECS);

    /// Its family.
    pub const fn family(self) -> &'static Family {
        &FAMILIES[self.family_index()]
    }

    /// What is fixed about it.
    pub const fn spec(self) -> &'static FormatSpec {
        let row = ROWS[self.family_index()][self.number() as usize];
        &self.family().specs[row as usize]
    }

    /// Its name, as its family spells it.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// The fields of a block, in order and without gaps; empty for formats whose data are several planes.
    pub const fn fields(self) -> &'static [Field] {
        let spec = self.spec();
        if spec.is_whole_blocks() { spec.planes[0].fields } else { &[] }
    }

    /// Bytes of a row of `cols` weights in all planes; `None` where `cols` is not a whole number of blocks or the size
    /// overflows.
    pub const fn row_bytes(self, cols: usize) -> Option<usize> {
        let spec = self.spec();
        if !cols.is_multiple_of(spec.block_len) {
            return None;
        }
        // Whoever is timed asks at every call of a dot product, so one plane of blocks is not looked up.
        if spec.is_whole_blocks() {
            return (cols / spec.block_len).checked_mul(spec.block_bytes);
        }
        let (mut bytes, mut plane) = (0usize, 0);
        while plane < spec.planes.len() {
            bytes = match spec.planes[plane].bytes(1, cols) {
                Some(more) => match bytes.checked_add(more) {
                    Some(bytes) => bytes,
                    None => return None,
                },
                None => return None,
            };
            plane += 1;
        }
        Some(bytes)
    }
}

const fn formats_of<const N: usize>(specs: &[FormatSpec]) -> [Format; N] {
    let mut formats = [specs[0].format; N];
    let mut at = 0;
    while at < N {
        formats[at] = specs[at].format;
        at += 1;
    }
    formats
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    /// Reads a name in any case.
    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        SPECS
            .iter()
            .find(|spec| spec.name.eq_ignore_ascii_case(name))
            .map(|spec| spec.format)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// A name that no format has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(pub String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown format `{}`; formats are", self.0)?;
        SPECS.iter().try_for_each(|spec| write!(f, " {}", spec.name))
    }
}

impl std::error::Error for UnknownFormat {}

#[cfg(test)]
mod tests {
    use super::SPECS;
    use crate::format::Format;

    #[test]
    fn fields_fill_the_block() {
        for spec in SPECS.iter().filter(|spec| spec.is_whole_blocks()) {
            let end = spec.format.fields().iter().fold(0, |end, field| {
                assert_eq!(field.offset, end, "{}.{}", spec.name, field.name);
                end + field.len
            });
            assert_eq!(end, spec.block_bytes, "{}", spec.name);
        }
    }

    #[test]
    fn planes_are_as_long_as_their_blocks() {
        for &format in Format::ALL {
            let spec = format.spec();
            assert_eq!(spec.format, format);
            assert_eq!(format.row_bytes(3 * spec.block_len), Some(3 * spec.block_bytes), "{format}");
            assert_eq!(spec.name.parse(), Ok(format));
        }
    }
}
