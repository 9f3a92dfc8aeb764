//! What a format is, and what is fixed about each. The rows are with the [`families`](crate::families).

use crate::layout::{Plane, PlaneKind};

/// A format of weights or of quantized activations: a family, and the number that the family gives the format.
///
/// The order of formats is that of families and then of these numbers; tables have [`Format::ALL`]'s.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format {
    family: u8,
    number: u8,
}

impl Format {
    pub(crate) const fn new(family: u8, number: u8) -> Self {
        Self { family, number }
    }

    pub(crate) const fn family_index(self) -> usize {
        self.family as usize
    }

    pub(crate) const fn number(self) -> u8 {
        self.number
    }
}

/// Formats that one ecosystem names, numbers and stores alike.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// Its formats, in the order of tables.
    pub specs: &'static [FormatSpec],
}

/// How many bits a weight takes, in the groups that tables use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrecisionClass {
    /// 1 and 2 bits.
    UltraLow,
    /// 3 and 4 bits.
    Low,
    /// 5 to 8 bits.
    Medium,
    /// 16 and 32 bits.
    Full,
}

/// What a format's quantizer does with an importance row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Importance {
    /// The result does not depend on it.
    Ignored,
    /// Used when given.
    Optional,
    /// There is no quantizing without it.
    Required,
}

/// The rounding errors that a dot product of the format may make: what the bound of level L3 is derived from.
///
/// A kernel that adds its float terms in any order, and may have a block's term in several lanes that it joins in the
/// end, makes at most `per_term + additions_per_block * blocks + JOINING` roundings along the way of any term, so |error| <= that many times 2^-24 times the sum of the terms' magnitudes (to first
/// order).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DotRoundings {
    /// Roundings of one term before it is added: conversion of the integer sum, products with scales.
    pub per_term: u32,
    /// Float additions a block, at the finest grouping a kernel may choose (its sub-blocks).
    pub additions_per_block: u32,
}

/// The roundings of one term where activations are f32, whatever the format: two of the weight's scale, one of its product
/// with the code, one of the minimum, one of the product with the activation. Such a kernel adds every term by itself, so it
/// makes as many additions as there are weights in a row, and [`JOINING`].
pub const FLOAT_TERM: u32 = 5;

/// The largest magnitude of a code, before any scale.
pub const LARGEST_CODE: u32 = 128;

/// Roundings of joining running sums: 64 of them, four registers of sixteen lanes, in a tree.
pub const JOINING: u32 = 6;

/// What is fixed about a format.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FormatSpec {
    /// The format.
    pub format: Format,
    /// Its name in its family, as files and command lines spell it.
    pub name: &'static str,
    /// Weights a block; row lengths are multiples of it.
    pub block_len: usize,
    /// Bytes a block, in all planes that hold something for every block.
    pub block_bytes: usize,
    /// Where its data lie: one plane or several.
    pub planes: &'static [Plane],
    /// Its group in tables.
    pub class: PrecisionClass,
    /// What activations are quantized to for a dot product; `None` for formats that are activations only.
    pub activation: Option<Format>,
    /// What its quantizer does with an importance row.
    pub importance: Importance,
    /// The roundings of its dot product; `None` where it has none.
    pub dot_roundings: Option<DotRoundings>,
}

impl FormatSpec {
    /// Whether its data are one plane of blocks, so that the rows of a tensor may be taken one by one.
    pub const fn is_whole_blocks(&self) -> bool {
        self.planes.len() == 1 && matches!(self.planes[0].kind, PlaneKind::Blocks)
    }

    /// Bits a weight takes in whole blocks, scales included.
    pub const fn bits_per_weight(&self) -> f64 {
        self.block_bytes as f64 * 8.0 / self.block_len as f64
    }
}
