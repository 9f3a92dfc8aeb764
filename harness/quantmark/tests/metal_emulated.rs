//! The Metal shaders through conformance without a Mac: as they are, and with mistakes planted.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use quantmark_conformance::trial::try_case;
use quantmark_conformance::{classes, golden};
use quantmark_implementations::metal::{EMULATED, Emulator, Shaders};
use quantmark_kernels::Format;
use quantmark_metal_emulator::{Compiler, Mode};
use quantmark_record::schema::{CaseResult, State};
use quantmark_reference::file::ReferenceFile;

/// Whether shaders can be emulated here; where they cannot, whether that is allowed.
fn can_emulate() -> bool {
    let Err(missing) = Compiler::find() else { return true };
    let required = std::env::var("QUANTMARK_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|what| what.trim() == "metal"), "required, but {missing}");
    eprintln!("skipped: {missing}");
    false
}

fn reference() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data")
}

/// The format's cases whose names begin with one of `classes`, on its shader with one text replaced.
fn results(format: Format, names: &[&str], from: &'static str, to: &'static str) -> Vec<CaseResult> {
    let edit = move |_, source: String| {
        assert!(source.contains(from), "the shader has no `{from}`");
        source.replacen(from, to, 1)
    };
    let subject = Shaders::new(EMULATED, Emulator::of(Mode::Guarded, edit).unwrap());
    let path = reference().join(format!("llama.cpp-v0.5.0/{format}.gguf"));
    let limit = Duration::from_secs(60);
    let mut cases = classes::cases(format, EMULATED);
    for case in ReferenceFile::open(&path).unwrap().cases {
        cases.extend(golden::cases(format, "golden", Arc::new(case), limit));
    }
    cases.retain(|case| names.iter().any(|name| case.name.starts_with(name)));
    assert!(!cases.is_empty(), "{names:?}");
    cases.iter().map(|case| try_case(case, &subject, EMULATED, "")).collect()
}

fn count(results: &[CaseResult], state: State) -> usize {
    results.iter().filter(|result| result.state == state).count()
}

#[test]
fn shaders_as_they_are_hold() {
    if !can_emulate() {
        return;
    }
    let names = ["golden.", "integers.run_16", "special_scales", "overwrite", "independence"];
    let results = results(Format::IQ3_S, &names, "kernel void", "kernel void");
    let failures: Vec<_> = results.iter().filter(|result| result.state.is_failure()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(count(&results, State::Pass) > 30, "most are there to run");
    assert!(results.iter().all(|result| result.backend == EMULATED && result.id.contains("/metal (emulated)/")));
}

#[test]
fn a_wrong_constant_fails() {
    if !can_emulate() {
        return;
    }
    let results = results(Format::Q4_0, &["golden.gaussian"], "& 15) - 8.0f", "& 15) - 8.001f");
    assert!(count(&results, State::Fail) > 0);
}

#[test]
fn a_forgotten_barrier_is_an_error_with_its_reason() {
    if !can_emulate() {
        return;
    }
    let barrier = "threadgroup_barrier(mem_flags::mem_threadgroup);\n    if (simdgroup == 0";
    let results = results(Format::Q4_0, &["sizes.long"], barrier, "if (simdgroup == 0");
    let matvec = results.iter().find(|result| result.operation == "matvec").unwrap();
    assert_eq!(matvec.state, State::Error);
    assert!(matvec.reason.as_deref().unwrap().ends_with("a barrier is missing"), "{matvec:?}");
}

/// Mistakes in what all formats share, each with the cases that must see it: format, cases, the shader's text, the mistake.
const SHARED_MISTAKES: &[(Format, &str, &str, &str)] = &[
    // A lane forgets four of its sixteen products.
    (Format::Q8_0, "golden.gaussian", "1; i < 4; i++) {\n        sums = fma", "1; i < 3; i++) {\n        sums = fma"),
    // Rows beyond the last are read.
    (Format::Q8_0, "guards", "min(first + r, shape.rows - 1)", "first + r"),
    // And stored.
    (Format::Q8_0, "guards", " && first + lane < shape.rows) {", ") {"),
    // Every simdgroup takes all columns.
    (Format::Q8_0, "sizes", "chunk = 32 * simdgroup + lane;", "chunk = lane;"),
    // A minimum is not multiplied by its activations.
    (Format::Q4_K, "golden.gaussian", "all.offset * activations.total", "all.offset"),
    // A tile at the edge is stored whole.
    (Format::Q4_K, "guards", "if (!EDGES || whole)", "if (true)"),
    // A batch beyond the last activation is stored.
    (Format::Q4_K, "guards", "r < shape.rows && b < shape.batch", "r < shape.rows"),
    // Two sub-blocks share one half of their bytes.
    (Format::Q4_K, "golden.gaussian", "sub_block % 2 * 4", "sub_block / 2 % 2 * 4"),
    // Activations beyond the end of a row that is no whole number of tiles are read.
    (Format::F16, "guards", " && (!Rows<Format>::ragged || col + eighth + i < shape.cols)", ""),
];

#[test]
fn mistakes_in_what_formats_share_fail() {
    if !can_emulate() {
        return;
    }
    let missed: Vec<_> = SHARED_MISTAKES
        .iter()
        .filter(|(format, cases, right, wrong)| {
            results(*format, &[cases], right, wrong).iter().all(|result| !result.state.is_failure())
        })
        .map(|(format, _, _, wrong)| format!("{format}: {wrong}"))
        .collect();
    assert!(missed.is_empty(), "no case saw {missed:#?}");
}

#[test]
fn the_command_labels_what_is_emulated() {
    if !can_emulate() {
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_quantmark"))
        .args([
            "conform",
            "--backend",
            "metal-emulated",
            "--format",
            "q8_0",
            "--level",
            "L1",
            "--no-reference",
            "--list",
        ])
        .env("QUANTMARK_DATA", reference())
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!listed.is_empty() && listed.lines().all(|id| id.starts_with("L1/q8_0/metal (emulated)/")), "{listed}");
}
