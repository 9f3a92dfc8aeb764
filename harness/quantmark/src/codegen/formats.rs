//! `kernels/FORMATS.md`: every format, its block, and which backend has which operation.

use std::fmt::Write;

use quantmark_kernels::layout::FieldKind;
use quantmark_kernels::metal::launch;
use quantmark_kernels::{Backend, Format, Importance, Operation, PrecisionClass, Registered, ggml, listed};

/// The page.
pub fn page() -> String {
    let mut page = String::from(
        "# Formats\n\nWritten by `cargo xtask codegen` from `kernels/src/families/` and `kernels/src/registry.rs`; do \
         not edit.\n\nClasses: ultra-low is 1 and 2 bits, low 3 and 4, medium 5 to 8, full 16 and 32. Importance: \
         what a quantizer does with an importance row.\n\n",
    );
    table(
        &mut page,
        &[
            "format",
            "type id",
            "weights a block",
            "bytes a block",
            "bits a weight",
            "class",
            "activation",
            "importance",
        ],
        Format::ALL.iter().map(|format| {
            let spec = format.spec();
            vec![
                spec.name.to_owned(),
                ggml::type_id(*format).to_string(),
                spec.block_len.to_string(),
                spec.block_bytes.to_string(),
                format!("{:.4}", spec.bits_per_weight()).trim_end_matches('0').trim_end_matches('.').to_owned(),
                class(spec.class).to_owned(),
                spec.activation.map_or("-", Format::name).to_owned(),
                importance(spec.importance).to_owned(),
            ]
        }),
    );
    page.push_str("\n## Fields of a block\n\nByte ranges, last byte included.\n\n");
    table(
        &mut page,
        &["format", "fields"],
        Format::ALL.iter().map(|&format| {
            let words: Vec<String> = format
                .fields()
                .iter()
                .map(|field| {
                    let last = field.offset + field.len - 1;
                    format!("`{}` {}-{last} {}", field.name, field.offset, kind(field.kind))
                })
                .collect();
            vec![format.name().to_owned(), words.join(", ")]
        }),
    );
    page.push_str(
        "\n## Kernels\n\nQ quantize, W quantize with importance, D dequantize, d dot, v matvec, m matmul; a dot where \
         there is none. Products of metal take f32 activations.\n\n",
    );
    let backends: Vec<Backend> =
        Backend::ALL.iter().copied().filter(|&backend| Format::ALL.iter().any(|&f| has_any(f, backend))).collect();
    let header: Vec<&str> = std::iter::once("format").chain(backends.iter().map(|backend| backend.name())).collect();
    table(
        &mut page,
        &header,
        Format::ALL.iter().map(|&format| {
            let cells = backends.iter().map(|&backend| format!("`{}`", letters(format, backend)));
            std::iter::once(format.name().to_owned()).chain(cells).collect()
        }),
    );
    page
}

const LETTERS: [(Operation, char); 6] = [
    (Operation::Quantize, 'Q'),
    (Operation::QuantizeWeighted, 'W'),
    (Operation::Dequantize, 'D'),
    (Operation::Dot, 'd'),
    (Operation::Matvec, 'v'),
    (Operation::Matmul, 'm'),
];

fn letters(format: Format, backend: Backend) -> String {
    // Whatever machine writes the page, it lists every backend; their operations are those of scalar.
    let has = |operation| {
        if backend == Backend::Metal {
            return launch::supports(format, operation);
        }
        let scalar = Registered::find(format, Backend::Scalar);
        listed(format, backend) && scalar.is_some_and(|kernels| kernels.supports(operation))
    };
    LETTERS.iter().map(|&(operation, letter)| if has(operation) { letter } else { '.' }).collect()
}

fn has_any(format: Format, backend: Backend) -> bool {
    backend == Backend::Metal || listed(format, backend)
}

const fn class(class: PrecisionClass) -> &'static str {
    match class {
        PrecisionClass::UltraLow => "ultra-low",
        PrecisionClass::Low => "low",
        PrecisionClass::Medium => "medium",
        PrecisionClass::Full => "full",
    }
}

const fn importance(importance: Importance) -> &'static str {
    match importance {
        Importance::Ignored => "ignored",
        Importance::Optional => "optional",
        Importance::Required => "required",
    }
}

const fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::F16 => "f16",
        FieldKind::Bf16 => "bf16",
        FieldKind::F32 => "f32",
        FieldKind::E8m0 => "E8M0",
        FieldKind::Ue4m3 => "UE4M3",
        FieldKind::Scales => "scales",
        FieldKind::ScalesWithF16 => "scales and f16",
        FieldKind::Codes => "codes",
        FieldKind::Signs => "signs",
        FieldKind::Sums => "sums",
    }
}

fn table(page: &mut String, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let mut line = |cells: &[String]| writeln!(page, "| {} |", cells.join(" | ")).expect("strings take everything");
    line(&header.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>());
    line(&header.iter().map(|_| "---".to_owned()).collect::<Vec<_>>());
    rows.for_each(|row| line(&row));
}
