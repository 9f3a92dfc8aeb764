//! ggml's type ids, which GGUF files store. They are the numbers that formats have in this family.

use super::rows::{FAMILY, INDEX};
use crate::format::Format;

/// The type id of a format.
///
/// # Panics
/// The format is of another family.
pub const fn type_id(format: Format) -> u32 {
    assert!(format.family_index() == INDEX as usize, "the format is none of ggml's");
    format.number() as u32
}

/// The format with a type id; `None` for types that are no formats of weights or activations.
pub fn from_type_id(id: u32) -> Option<Format> {
    FAMILY.specs.iter().map(|spec| spec.format).find(|&format| type_id(format) == id)
}
