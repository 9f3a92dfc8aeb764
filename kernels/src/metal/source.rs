//! The shaders' text: one file a format, and what the files share.

use std::fmt::Write;

use crate::format::Format;

macro_rules! shaders {
    ($($format:ident $file:literal;)*) => {
        /// For each format the name of its file and what is in it.
        const FILES: &[(Format, &str, &str)] =
            &[$((Format::$format, $file, include_str!(concat!("shaders/", $file)))),*];
    };
}

shaders! {
    F32 "f32.metal";
    F16 "f16.metal";
    BF16 "bf16.metal";
    Q1_0 "q1_0.metal";
    Q2_0 "q2_0.metal";
    Q4_0 "q4_0.metal";
    Q4_1 "q4_1.metal";
    Q5_0 "q5_0.metal";
    Q5_1 "q5_1.metal";
    Q8_0 "q8_0.metal";
    Q8_1 "q8_1.metal";
    Q2_K "q2_k.metal";
    Q3_K "q3_k.metal";
    Q4_K "q4_k.metal";
    Q5_K "q5_k.metal";
    Q6_K "q6_k.metal";
    Q8_K "q8_k.metal";
    IQ1_S "iq1_s.metal";
    IQ1_M "iq1_m.metal";
    IQ2_XXS "iq2_xxs.metal";
    IQ2_XS "iq2_xs.metal";
    IQ2_S "iq2_s.metal";
    IQ3_XXS "iq3_xxs.metal";
    IQ3_S "iq3_s.metal";
    IQ4_NL "iq4_nl.metal";
    IQ4_XS "iq4_xs.metal";
    TQ1_0 "tq1_0.metal";
    TQ2_0 "tq2_0.metal";
    MXFP4 "mxfp4.metal";
    NVFP4 "nvfp4.metal";
}

macro_rules! headers {
    ($($file:literal)*) => {
        /// What the shaders include, by name.
        const HEADERS: &[(&str, &str)] = &[$(($file, include_str!(concat!("shaders/include/", $file)))),*];
    };
}

headers! {
    "codebooks.h" "dequantize.h" "floats.h" "groups.h" "matmul.h" "matvec.h" "numbers.h" "operations.h" "rows.h"
    "six_bit_scales.h"
}

/// Whether there is a shader of a format.
pub(super) fn exists(format: Format) -> bool {
    FILES.iter().any(|(of, ..)| *of == format)
}

/// The source of a format's kernels as one text: included files stand in place of their first inclusion. Line directives
/// keep a compiler's messages at the lines of the files.
///
/// # Panics
/// The format has no shader, or one includes what is not there; a test includes all.
pub fn source(format: Format) -> String {
    let (_, name, text) = FILES.iter().find(|(of, ..)| *of == format).expect("a format with a shader");
    let mut out = String::new();
    splice(name, text, &mut Vec::new(), &mut out);
    out
}

fn splice(name: &str, text: &str, seen: &mut Vec<String>, out: &mut String) {
    mark(1, name, out);
    for (line, number) in text.lines().zip(1..) {
        let included = line.strip_prefix("#include \"").and_then(|rest| rest.strip_suffix('"'));
        if let Some(included) = included {
            let included = included.strip_prefix("include/").unwrap_or(included);
            if !seen.iter().any(|seen| seen == included) {
                seen.push(included.to_owned());
                let header = HEADERS.iter().find(|(header, _)| *header == included);
                let (_, text) = header.unwrap_or_else(|| panic!("{name} includes {included}, which is no header"));
                splice(&format!("include/{included}"), text, seen, out);
            }
            mark(number + 1, name, out);
        } else if line == "#pragma once" {
            out.push('\n');
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
}

fn mark(line: u32, name: &str, out: &mut String) {
    writeln!(out, "#line {line} \"{name}\"").expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::HEADERS;

    #[test]
    fn headers_are_sorted() {
        assert!(HEADERS.is_sorted());
    }
}
