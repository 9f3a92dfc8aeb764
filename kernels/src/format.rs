//! The formats and what is fixed about each: one row a format, no default row.

use std::fmt;
use std::str::FromStr;

/// A tensor type of GGUF that holds weights or quantized activations; the discriminant is ggml's type id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
#[expect(non_camel_case_types, reason = "the field's own names")]
#[expect(missing_docs, reason = "each format is documented in its own module")]
pub enum Format {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q8_1 = 9,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    Q8_K = 15,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
    NVFP4 = 40,
    Q1_0 = 41,
    Q2_0 = 42,
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
    /// ggml's name of it, as files and command lines spell it.
    pub name: &'static str,
    /// Weights a block; row lengths are multiples of it.
    pub block_len: usize,
    /// Bytes a block.
    pub block_bytes: usize,
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
    /// Bits a weight takes in whole blocks, scales included.
    pub const fn bits_per_weight(&self) -> f64 {
        self.block_bytes as f64 * 8.0 / self.block_len as f64
    }
}

macro_rules! specs {
    ($($format:ident $name:literal $len:literal $bytes:literal $class:ident $activation:expr, $importance:ident,
        $roundings:expr;)*) => {
        /// Every format, in the order of DESIGN and of every table.
        pub const SPECS: &[FormatSpec] = &[
            $(FormatSpec {
                format: Format::$format,
                name: $name,
                block_len: $len,
                block_bytes: $bytes,
                class: PrecisionClass::$class,
                activation: $activation,
                importance: Importance::$importance,
                dot_roundings: $roundings,
            }),*
        ];

        impl Format {
            /// Every format, in the order of every table.
            pub const ALL: &[Format] = &[$(Format::$format),*];

            /// The format's row of [`SPECS`].
            pub const fn spec(self) -> &'static FormatSpec {
                &SPECS[ROW_OF_ID[self as usize] as usize]
            }
        }
    };
}

/// For each type id the row of [`SPECS`].
const ROW_OF_ID: [u8; 64] = {
    let mut rows = [u8::MAX; 64];
    let mut row = 0;
    while row < SPECS.len() {
        rows[SPECS[row].format as usize] = row as u8;
        row += 1;
    }
    rows
};

use Format::{BF16, F16, F32, Q8_0, Q8_1, Q8_K};

const fn roundings(per_term: u32, additions_per_block: u32) -> Option<DotRoundings> {
    Some(DotRoundings { per_term, additions_per_block })
}

// Integer sums of 32 products of 8-bit codes stay below 2^24, so their conversion to f32 is exact; `per_term` counts
// the products with scales (one a scale, and one for an f32 d of Q8_K) and the conversion where a sum may be larger.
specs! {
    F32     "f32"      1   4 Full     Some(F32),  Ignored,  roundings(1, 1);
    F16     "f16"      1   2 Full     Some(F16),  Ignored,  roundings(1, 1);
    BF16    "bf16"     1   2 Full     Some(BF16), Ignored,  roundings(1, 1);
    Q1_0    "q1_0"   128  18 UltraLow Some(Q8_0), Ignored,  roundings(3, 5);
    Q2_0    "q2_0"    64  18 UltraLow Some(Q8_0), Ignored,  roundings(3, 3);
    Q4_0    "q4_0"    32  18 Low      Some(Q8_0), Optional, roundings(2, 1);
    Q4_1    "q4_1"    32  20 Low      Some(Q8_1), Optional, roundings(2, 2);
    Q5_0    "q5_0"    32  22 Medium   Some(Q8_0), Optional, roundings(2, 1);
    Q5_1    "q5_1"    32  24 Medium   Some(Q8_1), Optional, roundings(2, 2);
    Q8_0    "q8_0"    32  34 Medium   Some(Q8_0), Ignored,  roundings(2, 1);
    Q8_1    "q8_1"    32  36 Medium   None,       Ignored,  None;
    Q2_K    "q2_K"   256  84 UltraLow Some(Q8_K), Optional, roundings(4, 32);
    Q3_K    "q3_K"   256 110 Low      Some(Q8_K), Optional, roundings(4, 16);
    Q4_K    "q4_K"   256 144 Low      Some(Q8_K), Optional, roundings(4, 16);
    Q5_K    "q5_K"   256 176 Medium   Some(Q8_K), Optional, roundings(4, 16);
    Q6_K    "q6_K"   256 210 Medium   Some(Q8_K), Optional, roundings(4, 16);
    Q8_K    "q8_K"   256 292 Medium   None,       Ignored,  None;
    IQ1_S   "iq1_s"  256  50 UltraLow Some(Q8_K), Required, roundings(4, 16);
    IQ1_M   "iq1_m"  256  56 UltraLow Some(Q8_K), Optional, roundings(4, 32);
    IQ2_XXS "iq2_xxs" 256 66 UltraLow Some(Q8_K), Required, roundings(4, 8);
    IQ2_XS  "iq2_xs" 256  74 UltraLow Some(Q8_K), Required, roundings(4, 16);
    IQ2_S   "iq2_s"  256  82 UltraLow Some(Q8_K), Optional, roundings(4, 16);
    IQ3_XXS "iq3_xxs" 256 98 Low      Some(Q8_K), Optional, roundings(4, 8);
    IQ3_S   "iq3_s"  256 110 Low      Some(Q8_K), Optional, roundings(4, 8);
    IQ4_NL  "iq4_nl"  32  18 Low      Some(Q8_0), Optional, roundings(2, 1);
    IQ4_XS  "iq4_xs" 256 136 Low      Some(Q8_K), Optional, roundings(4, 8);
    TQ1_0   "tq1_0"  256  54 UltraLow Some(Q8_K), Ignored,  roundings(3, 8);
    TQ2_0   "tq2_0"  256  66 UltraLow Some(Q8_K), Ignored,  roundings(3, 8);
    MXFP4   "mxfp4"   32  17 Low      Some(Q8_0), Ignored,  roundings(2, 1);
    NVFP4   "nvfp4"   64  36 Low      Some(Q8_0), Ignored,  roundings(2, 4);
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

impl Format {
    /// The format's name, as ggml spells it.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// ggml's type id.
    pub const fn type_id(self) -> u32 {
        self as u32
    }

    /// The format with a type id.
    pub fn from_type_id(id: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.type_id() == id)
    }

    /// Bytes of a row of `cols` weights; `None` where `cols` is not a whole number of blocks or the size overflows.
    pub const fn row_bytes(self, cols: usize) -> Option<usize> {
        let spec = self.spec();
        if !cols.is_multiple_of(spec.block_len) {
            return None;
        }
        (cols / spec.block_len).checked_mul(spec.block_bytes)
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
