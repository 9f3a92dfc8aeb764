//! A format's block, drawn to scale.

use maud::{Markup, html};
use quantmark_kernels::Format;
use quantmark_kernels::layout::{Field, FieldKind};
use quantmark_record::number::percent;

/// Narrowest field in the drawing, of a thousand: two bytes of 292 would not be seen.
const NARROWEST: f64 = 14.0;

pub(super) fn section(format: Format) -> Markup {
    let spec = format.spec();
    let fields = format.fields();
    let weights = if spec.block_len == 1 { "one weight".to_owned() } else { format!("{} weights", spec.block_len) };
    html! {
        p { (weights) " in " (spec.block_bytes) " bytes: " (spec.block_bytes * 8) " bits, " (super::names::bits(spec.bits_per_weight())) " a weight." }
        div.drawing { (drawing(format, fields)) }
        div.scroll tabindex="0" role="region" aria-label="Fields of the block" {
            table.words.wrap {
                thead { tr { th scope="col" { "Field" } th scope="col" { "Bytes" } th scope="col" { "Holds" } th scope="col" { "Share" } } }
                tbody { @for field in fields {
                    tr {
                        th scope="row" { span class={ "swatch " (style(field.kind)) } aria-hidden="true" {} code { (field.name) } }
                        td { (field.offset) @if field.len > 1 { " – " (field.offset + field.len - 1) } }
                        td { (holds(field.kind)) }
                        td { (percent(field.len as f64 / spec.block_bytes as f64)) }
                    }
                } }
            }
        }
    }
}

fn drawing(format: Format, fields: &[Field]) -> Markup {
    let whole = format.spec().block_bytes as f64;
    let widths: Vec<f64> = fields.iter().map(|field| (field.len as f64 / whole * 1000.0).max(NARROWEST)).collect();
    let scale = 1000.0 / widths.iter().sum::<f64>();
    let mut left = 0.0;
    let placed: Vec<(&Field, f64, f64)> = fields
        .iter()
        .zip(&widths)
        .map(|(field, width)| {
            let place = (field, left, width * scale);
            left += width * scale;
            place
        })
        .collect();
    let words: Vec<String> = fields.iter().map(|field| format!("{} {} bytes", field.name, field.len)).collect();
    html! {
        svg viewBox="0 0 1000 60" preserveAspectRatio="none" role="img" aria-label={ "Block of " (format) ": " (words.join(", ")) } {
            @for (field, left, width) in &placed {
                rect class=(style(field.kind)) x=(format!("{left:.1}")) y="1" width=(format!("{width:.1}")) height="58" {
                    title { (field.name) ", " (field.len) " bytes" }
                }
            }
        }
    }
}

const fn style(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::F16 | FieldKind::Bf16 | FieldKind::F32 | FieldKind::E8m0 | FieldKind::Ue4m3 => "field-scale",
        FieldKind::Scales | FieldKind::ScalesWithF16 | FieldKind::Sums => "field-sum",
        FieldKind::Codes => "field-code",
        FieldKind::Signs => "field-sign",
    }
}

const fn holds(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::F16 => "binary16 numbers: scales, minimums, sums",
        FieldKind::Bf16 => "bfloat16 numbers",
        FieldKind::F32 => "binary32 numbers",
        FieldKind::E8m0 => "a power of two: 8 bits of exponent",
        FieldKind::Ue4m3 => "scales: 4 bits of exponent, 3 of mantissa, no sign",
        FieldKind::Scales => "quantized scales and minimums of sub-blocks",
        FieldKind::ScalesWithF16 => "quantized scales; their top nibbles are the binary16 scale",
        FieldKind::Codes => "codes of weights, or indices of a codebook",
        FieldKind::Signs => "signs",
        FieldKind::Sums => "sums of codes",
    }
}
