//! What is fixed about each format: one row a format, no default row.

use super::fields;
use crate::format::{DotRoundings, Family, Format, FormatSpec, Importance, PrecisionClass};
use crate::layout::Plane;

/// Its place among the families.
pub(super) const INDEX: u8 = 0;

/// The family.
pub const FAMILY: Family = Family { name: "ggml", specs: SPECS };

/// Each row: constant, ggml's type id, name, weights and bytes a block, class, what activations are quantized to,
/// importance, roundings of a dot product.
macro_rules! rows {
    ($($format:ident $id:literal $name:literal $len:literal $bytes:literal $class:ident $activation:ident,
        $importance:ident $roundings:expr;)*) => {
        #[expect(missing_docs, reason = "each format is documented in its own module")]
        impl Format {
            $(pub const $format: Self = Self::new(INDEX, $id);)*
        }

        const SPECS: &[FormatSpec] = &[
            $(FormatSpec {
                format: Format::$format,
                name: $name,
                block_len: $len,
                block_bytes: $bytes,
                planes: &[Plane::blocks($len, $bytes, fields::$format)],
                class: PrecisionClass::$class,
                activation: $activation,
                importance: Importance::$importance,
                dot_roundings: $roundings,
            }),*
        ];
    };
}

const NONE: Option<Format> = None;
const F32: Option<Format> = Some(Format::F32);
const F16: Option<Format> = Some(Format::F16);
const BF16: Option<Format> = Some(Format::BF16);
const Q8_0: Option<Format> = Some(Format::Q8_0);
const Q8_1: Option<Format> = Some(Format::Q8_1);
const Q8_K: Option<Format> = Some(Format::Q8_K);

const fn roundings(per_term: u32, additions_per_block: u32) -> Option<DotRoundings> {
    Some(DotRoundings { per_term, additions_per_block })
}

// Integer sums of 32 products of 8-bit codes stay below 2^24, so their conversion to f32 is exact; `per_term` counts
// the products with scales (one a scale, and one for an f32 d of Q8_K) and the conversion where a sum may be larger.
rows! {
    F32      0 "f32"       1   4 Full     F32,  Ignored  roundings(1, 1);
    F16      1 "f16"       1   2 Full     F16,  Ignored  roundings(1, 1);
    BF16    30 "bf16"      1   2 Full     BF16, Ignored  roundings(1, 1);
    Q1_0    41 "q1_0"    128  18 UltraLow Q8_0, Ignored  roundings(3, 5);
    Q2_0    42 "q2_0"     64  18 UltraLow Q8_0, Ignored  roundings(3, 3);
    Q4_0     2 "q4_0"     32  18 Low      Q8_0, Optional roundings(2, 1);
    Q4_1     3 "q4_1"     32  20 Low      Q8_1, Optional roundings(2, 2);
    Q5_0     6 "q5_0"     32  22 Medium   Q8_0, Optional roundings(2, 1);
    Q5_1     7 "q5_1"     32  24 Medium   Q8_1, Optional roundings(2, 2);
    Q8_0     8 "q8_0"     32  34 Medium   Q8_0, Ignored  roundings(2, 1);
    Q8_1     9 "q8_1"     32  36 Medium   NONE, Ignored  None;
    Q2_K    10 "q2_K"    256  84 UltraLow Q8_K, Optional roundings(4, 32);
    Q3_K    11 "q3_K"    256 110 Low      Q8_K, Optional roundings(4, 16);
    Q4_K    12 "q4_K"    256 144 Low      Q8_K, Optional roundings(4, 16);
    Q5_K    13 "q5_K"    256 176 Medium   Q8_K, Optional roundings(4, 16);
    Q6_K    14 "q6_K"    256 210 Medium   Q8_K, Optional roundings(4, 16);
    Q8_K    15 "q8_K"    256 292 Medium   NONE, Ignored  None;
    IQ1_S   19 "iq1_s"   256  50 UltraLow Q8_K, Required roundings(4, 16);
    IQ1_M   29 "iq1_m"   256  56 UltraLow Q8_K, Optional roundings(4, 32);
    IQ2_XXS 16 "iq2_xxs" 256  66 UltraLow Q8_K, Required roundings(4, 8);
    IQ2_XS  17 "iq2_xs"  256  74 UltraLow Q8_K, Required roundings(4, 16);
    IQ2_S   22 "iq2_s"   256  82 UltraLow Q8_K, Optional roundings(4, 16);
    IQ3_XXS 18 "iq3_xxs" 256  98 Low      Q8_K, Optional roundings(4, 8);
    IQ3_S   21 "iq3_s"   256 110 Low      Q8_K, Optional roundings(4, 8);
    IQ4_NL  20 "iq4_nl"   32  18 Low      Q8_0, Optional roundings(2, 1);
    IQ4_XS  23 "iq4_xs"  256 136 Low      Q8_K, Optional roundings(4, 8);
    TQ1_0   34 "tq1_0"   256  54 UltraLow Q8_K, Ignored  roundings(3, 8);
    TQ2_0   35 "tq2_0"   256  66 UltraLow Q8_K, Ignored  roundings(3, 8);
    MXFP4   39 "mxfp4"    32  17 Low      Q8_0, Ignored  roundings(2, 1);
    NVFP4   40 "nvfp4"    64  36 Low      Q8_0, Ignored  roundings(2, 4);
}
