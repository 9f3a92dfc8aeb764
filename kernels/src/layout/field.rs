//! The fields inside a block.

use std::ops::Range;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Little-endian binary16 numbers: scales, minimums, sums.
    F16,
    /// Little-endian bfloat16 numbers.
    Bf16,
    /// Little-endian binary32 numbers.
    F32,
    /// Powers of two, 8 bits of exponent each.
    E8m0,
    /// Unsigned 4-bit exponent, 3-bit mantissa numbers.
    Ue4m3,
    /// Quantized scales and minimums of sub-blocks.
    Scales,
    /// Quantized scales whose top nibbles together are the super-block's binary16 scale.
    ScalesWithF16,
    /// Codes of weights, whole or in part, or indices of a codebook.
    Codes,
    /// Signs.
    Signs,
    /// Sums of codes, little-endian i16.
    Sums,
}

/// One field of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name, as in ggml's struct.
    pub name: &'static str,
    /// Its first byte in the block.
    pub offset: usize,
    /// Its bytes.
    pub len: usize,
    /// What it holds.
    pub kind: FieldKind,
}

impl Field {
    /// The bytes of the block that it takes.
    pub const fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.len
    }
}
