//! A program under an emulator: it starts its workers through it, times nothing and says so.
//!
//! `env` stands in for the emulator here: it runs a program as it is, and so shows what the program does by itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use quantmark_record::Record;

fn quantmark(arguments: &[&str]) -> Command {
    let mut command = Command::new("env");
    command.arg(env!("CARGO_BIN_EXE_quantmark")).args(arguments);
    command.env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"));
    command
}

#[test]
fn workers_start_through_the_emulator() {
    let words = ["conform", "--no-reference", "--format", "q8_0", "--backend", "scalar", "--level", "L0"];
    let held = quantmark(&words).env("QUANTMARK_RUNNER", "env THROUGH=emulator").output().unwrap();
    assert_eq!(held.status.code(), Some(0), "{}", String::from_utf8_lossy(&held.stdout));
    let broken = quantmark(&words).env("QUANTMARK_RUNNER", "/nonexistent/emulator -cpu max").output().unwrap();
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&broken.stdout).contains("the worker does not start"),
        "the emulator is not gone around"
    );
}

#[test]
fn an_emulated_run_has_no_speed() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("run");
    let words = ["bench", "--suite", "dot", "--format", "q8_0", "--backend", "scalar", "--out", out.to_str().unwrap()];
    let run = quantmark(&words)
        .env("QUANTMARK_RUNNER", "env")
        .env("QUANTMARK_EMULATOR", "cortex-a72, imitated by QEMU 7.2 on a host")
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let record = Record::read(&out.join("run.jsonl")).unwrap();
    let environment = &record.header.environment;
    assert!(environment.emulated);
    assert_eq!(environment.cpu, "cortex-a72, imitated by QEMU 7.2 on a host");
    assert_eq!((environment.clock_mhz, environment.governor.as_deref(), environment.caches.len()), (None, None, 0));
    assert!(record.measurements.is_empty() && record.is_complete());
    assert!(!record.models.is_empty());
    assert!(record.models.iter().all(|row| row.pp512.is_none() && row.tg128.is_none() && row.windows == 1));
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    assert!(page.to_lowercase().contains("emulated"));
    assert!(!String::from_utf8_lossy(&run.stdout).contains("weights/s"));
}
