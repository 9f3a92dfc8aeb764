//! A file appears whole or not at all, however the program ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use quantmark_containers::gguf::{GgufFile, GgufWriter};
use quantmark_kernels::{Format, ggml};

use crate::program::{command, error_line, said};
use crate::sample::{files, numbers, stored};

/// A model that takes long enough to be interrupted.
fn large_model(folder: &Path) -> PathBuf {
    let mut writer = GgufWriter::new();
    let rows = 4096;
    let matrix = stored(Format::F32, &numbers(1024 * rows, 1));
    writer.tensor("a.weight", &[1024, rows as u64], ggml::type_id(Format::F32), matrix);
    let path = folder.join("model.gguf");
    writer.write(&path).unwrap();
    path
}

#[test]
fn a_killed_run_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let input = large_model(folder.path());
    let out = folder.path().join("out.gguf");
    let arguments = ["quantize", input.to_str().unwrap(), out.to_str().unwrap(), "Q6_K", "--pure"];
    for milliseconds in [0, 5, 10, 20, 40, 80] {
        fs::write(&out, "what was there").unwrap();
        let mut child = command(&arguments).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        let whole = fs::read(&out).unwrap() == b"what was there" || GgufFile::open(&out).is_ok();
        assert!(whole, "after {milliseconds} ms");
    }
    assert!(command(&arguments).stderr(Stdio::null()).status().unwrap().success());
    assert_eq!(GgufFile::open(&out).unwrap().tensors()[0].format(), Some(Format::Q6_K));
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let input = large_model(folder.path());
    let out = folder.path().join("out.gguf");
    let mut shell = Command::new("sh");
    // A limit of a process stands for the disk's: 512 blocks of 1 KiB or less.
    shell.args(["-c", "ulimit -f 512; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_quantmark"), "quantize"]);
    shell.args([&input, &out]).args(["Q8_0", "--pure"]);
    let said = said(&shell.output().unwrap());
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(error_line(&said).contains("out.gguf: "), "{}", said.err);
    assert_eq!(files(folder.path()), ["model.gguf"]);
}
