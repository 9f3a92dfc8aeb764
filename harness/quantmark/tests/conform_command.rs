//! `quantmark conform` as people run it.

mod strange;

use std::path::Path;
use std::process::{Command, Output};

fn conform(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quantmark"))
        .arg("conform")
        .args(arguments)
        .env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn one_json_document() {
    let output = conform(&["--no-reference", "--format", "q8_0", "--backend", "scalar", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for key in ["total", "pass", "fail", "error", "timeout", "unsupported", "skipped"] {
        assert!(document["summary"][key].is_u64(), "{key} in {document}");
    }
    assert!(document["summary"]["total"].as_u64() > Some(50));
    assert_eq!(document["failures"], serde_json::json!([]));
}

#[test]
fn the_list_is_what_runs() {
    let filters = ["--no-reference", "--format", "Q4_0", "--level", "L1", "L3", "--operation", "d*"];
    let listed = conform(&[&filters[..], &["--list"]].concat());
    let ran = conform(&[&filters[..], &["--json"]].concat());
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let ids: Vec<&str> = text(&listed.stdout).lines().collect();
    assert_eq!(document["summary"]["total"], ids.len());
    let asked = ["L1/q4_0/scalar/dequantize/", "L3/q4_0/scalar/dot/"];
    assert!(
        ids.iter().all(|id| asked.iter().any(|prefix| id.starts_with(prefix)) || !id.contains("/scalar/")),
        "{ids:?}"
    );
}

#[test]
fn nothing_to_run_and_wrong_words_have_their_codes() {
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap();
    let told = [
        (&["--no-reference", "--format", "q99"][..], 4),
        (&["--no-reference", "--case", "no_such_case"], 4),
        (&["--no-reference", "--backend", "no_such_backend"], 2),
        (&["--no-reference", "--format", "q[4"], 2),
        (&["--reference", folder], 2),
        (&["--reference", "/nonexistent/folder"], 2),
        (&["--no-such-option"], 2),
        (&["--against", "llama.cpp", "--oracle", folder, "--format", "q4_0"], 3),
    ];
    for (arguments, code) in told {
        let output = conform(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        if !arguments[0].contains("such") {
            assert_eq!(text(&output.stderr).lines().count(), 1, "{arguments:?}: {}", text(&output.stderr));
        }
    }
    if cfg!(not(target_arch = "aarch64")) {
        assert_eq!(conform(&["--no-reference", "--backend", "neon"]).status.code(), Some(3));
    }
}

#[test]
fn a_strangers_file_fails_with_the_command_that_shows_it_again() {
    let folder = tempfile::tempdir().unwrap();
    strange::file(folder.path());
    let output =
        conform(&["--reference", folder.path().to_str().unwrap(), "--case", "golden.*", "--backend", "scalar"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("FAIL L1/q4_0/scalar/dequantize/golden.odd"), "{told}");
    assert!(told.contains("5 is the first wrong one; 1 of 32 are"), "{told}");
    let again = told.lines().find_map(|line| line.trim().strip_prefix("again")).unwrap().trim();
    let words: Vec<&str> = again.strip_prefix("cargo xtask conform ").unwrap().split(' ').collect();
    let output = conform(&[&words[..], &["--json"]].concat());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["summary"]["total"], &document["summary"]["fail"]), (&1.into(), &1.into()));
    assert_eq!(document["failures"][0]["diagnosis"]["reproduce"], again);
}

#[test]
fn the_repositorys_own_files_hold() {
    let output = conform(&["--backend", "scalar"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}
