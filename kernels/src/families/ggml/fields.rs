//! The fields of each block, in order and without gaps; their names are those of ggml's structs.

use crate::layout::{Field, FieldKind};

macro_rules! layouts {
    ($($format:ident { $($name:literal $offset:literal + $len:literal $kind:ident),+ };)*) => {
        $(pub(super) const $format: &[Field] = &[
            $(Field { name: $name, offset: $offset, len: $len, kind: FieldKind::$kind }),+
        ];)*
    };
}

layouts! {
    F32 { "value" 0 + 4 F32 };
    F16 { "value" 0 + 2 F16 };
    BF16 { "value" 0 + 2 Bf16 };
    Q1_0 { "d" 0 + 2 F16, "qs" 2 + 16 Codes };
    Q2_0 { "d" 0 + 2 F16, "qs" 2 + 16 Codes };
    Q4_0 { "d" 0 + 2 F16, "qs" 2 + 16 Codes };
    Q4_1 { "d" 0 + 2 F16, "m" 2 + 2 F16, "qs" 4 + 16 Codes };
    Q5_0 { "d" 0 + 2 F16, "qh" 2 + 4 Codes, "qs" 6 + 16 Codes };
    Q5_1 { "d" 0 + 2 F16, "m" 2 + 2 F16, "qh" 4 + 4 Codes, "qs" 8 + 16 Codes };
    Q8_0 { "d" 0 + 2 F16, "qs" 2 + 32 Codes };
    Q8_1 { "d" 0 + 2 F16, "s" 2 + 2 F16, "qs" 4 + 32 Codes };
    Q2_K { "scales" 0 + 16 Scales, "qs" 16 + 64 Codes, "d" 80 + 2 F16, "dmin" 82 + 2 F16 };
    Q3_K { "hmask" 0 + 32 Codes, "qs" 32 + 64 Codes, "scales" 96 + 12 Scales, "d" 108 + 2 F16 };
    Q4_K { "d" 0 + 2 F16, "dmin" 2 + 2 F16, "scales" 4 + 12 Scales, "qs" 16 + 128 Codes };
    Q5_K { "d" 0 + 2 F16, "dmin" 2 + 2 F16, "scales" 4 + 12 Scales, "qh" 16 + 32 Codes, "qs" 48 + 128 Codes };
    Q6_K { "ql" 0 + 128 Codes, "qh" 128 + 64 Codes, "scales" 192 + 16 Scales, "d" 208 + 2 F16 };
    Q8_K { "d" 0 + 4 F32, "qs" 4 + 256 Codes, "bsums" 260 + 32 Sums };
    IQ2_XXS { "d" 0 + 2 F16, "qs" 2 + 64 Codes };
    IQ2_XS { "d" 0 + 2 F16, "qs" 2 + 64 Codes, "scales" 66 + 8 Scales };
    IQ3_XXS { "d" 0 + 2 F16, "qs" 2 + 64 Codes, "scales_and_signs" 66 + 32 Scales };
    IQ1_S { "d" 0 + 2 F16, "qs" 2 + 32 Codes, "qh" 34 + 16 Codes };
    IQ4_NL { "d" 0 + 2 F16, "qs" 2 + 16 Codes };
    IQ3_S { "d" 0 + 2 F16, "qs" 2 + 64 Codes, "qh" 66 + 8 Codes, "signs" 74 + 32 Signs, "scales" 106 + 4 Scales };
    IQ2_S { "d" 0 + 2 F16, "qs" 2 + 32 Codes, "signs" 34 + 32 Signs, "qh" 66 + 8 Codes, "scales" 74 + 8 Scales };
    IQ4_XS { "d" 0 + 2 F16, "scales_h" 2 + 2 Scales, "scales_l" 4 + 4 Scales, "qs" 8 + 128 Codes };
    IQ1_M { "qs" 0 + 32 Codes, "qh" 32 + 16 Codes, "scales" 48 + 8 ScalesWithF16 };
    TQ1_0 { "qs" 0 + 48 Codes, "qh" 48 + 4 Codes, "d" 52 + 2 F16 };
    TQ2_0 { "qs" 0 + 64 Codes, "d" 64 + 2 F16 };
    MXFP4 { "e" 0 + 1 E8m0, "qs" 1 + 16 Codes };
    NVFP4 { "d" 0 + 4 Ue4m3, "qs" 4 + 32 Codes };
}
