//! Products beside ik_llama.cpp, where `quantmark oracle install --with ik_llama.cpp` has fetched its library;
//! `QUANTMARK_REQUIRE=ik_llama.cpp` insists on it.

use std::fs;
use std::path::Path;
use std::process::Command;

use quantmark_implementations::ik_llama_cpp as ik_llama;
use quantmark_record::Record;

/// A run of one check and the product of formats; its record and what it said on its standard error.
fn run(formats: &str, cache: Option<&Path>) -> (Record, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
    command
        .args(["bench", "--suite", "matmul", "--backend", "avx2", "--threads", "1", "--against", "ik_llama.cpp"])
        .args(["--format", formats, "--out", out.to_str().unwrap()])
        .env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"));
    if let Some(cache) = cache {
        command.env("XDG_CACHE_HOME", cache);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    (Record::read(&out.join("run.jsonl")).unwrap(), said)
}

fn has_avx2() -> bool {
    let has = cfg!(target_os = "linux") && quantmark_kernels::Backend::Avx2.detect().is_ok();
    if !has {
        eprintln!("skipped: ik_llama.cpp's library is for Linux and AVX2");
    }
    has
}

#[test]
fn products_are_timed_in_turn() {
    if !has_avx2() {
        return;
    }
    if !ik_llama::library().is_ok_and(|library| library.is_file()) {
        let required = std::env::var("QUANTMARK_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name.trim() == ik_llama::NAME), "{} is not installed", ik_llama::NAME);
        eprintln!("skipped: `quantmark oracle install --with ik_llama.cpp` fetches what this compares with");
        return;
    }
    let (record, said) = run("q4_K,nvfp4", None);
    let timing = |format: &str| record.measurements.iter().find(|timing| timing.format == format).unwrap();
    let against = timing("q4_K").against.as_ref().unwrap();
    assert_eq!((against.implementation.as_str(), against.variant.as_str()), (ik_llama::NAME, "avx2"));
    assert!(against.ratio.low <= against.ratio.median && against.ratio.median <= against.ratio.high);
    assert_eq!(against.samples.len(), timing("q4_K").samples.len());
    assert!(timing("nvfp4").against.is_none());
    assert!(said.contains("nvfp4 matmul stands alone: ik_llama.cpp: it does not know the format"), "{said}");
    assert!(record.header.implementations.iter().any(|one| one.name == ik_llama::NAME));
}

#[test]
fn a_library_that_does_not_open_is_one_line() {
    if !has_avx2() {
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    // Where it is looked for below the user's cache is where it is looked for below this one.
    let usual = ik_llama::library().unwrap();
    let below = usual.strip_prefix(quantmark_packages::cache::cache().unwrap()).unwrap();
    let broken = cache.path().join("quantmark").join(below);
    fs::create_dir_all(broken.parent().unwrap()).unwrap();
    fs::write(&broken, "no library").unwrap();
    let (record, said) = run("q8_0", Some(cache.path()));
    assert!(record.measurements[0].against.is_none());
    assert_eq!(said.lines().filter(|line| line.contains("stands alone")).count(), 1, "{said}");
}
