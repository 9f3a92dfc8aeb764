//! `quantmark hostile` as the author of another reader runs it.

use std::fs;
use std::process::Command;

use quantmark_containers::gguf::GgufFile;

#[test]
fn the_index_says_what_each_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("files");
    let status = Command::new(env!("CARGO_BIN_EXE_quantmark")).args(["hostile", "--out"]).arg(&out).output().unwrap();
    assert!(status.status.success());
    let index: serde_json::Value = serde_json::from_slice(&fs::read(out.join("index.json")).unwrap()).unwrap();
    let files = index["files"].as_array().unwrap();
    assert_eq!(fs::read_dir(&out).unwrap().count(), files.len() + 1);
    for file in files {
        let name = file["file"].as_str().unwrap();
        let valid = GgufFile::open(&out.join(name)).is_ok();
        assert_eq!((valid, file["refused_with"].is_null()), (name == "valid.gguf", valid), "{name}");
        assert!(!file["hunts"].as_str().unwrap().is_empty());
    }
}
