//! A lab in which one board is dead, one hangs, and this machine runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use quantmark_record::Record;
use quantmark_verdict::regression::History;

/// Stands for `ssh`: one host refuses, the other never answers.
const SSH: &str = "#!/bin/sh
case \"$*\" in
  *hangs.lab*) exec sleep 600 ;;
  *) echo \"ssh: connect to host dead.lab port 22: No route to host\" >&2; exit 255 ;;
esac
";

const INVENTORY: &str = r#"
devices = ["local"]

[[board]]
name = "dead"
device = "local"
host = "dead.lab"
patience_minutes = 0

[[board]]
name = "hangs"
device = "local"
host = "hangs.lab"
"#;

fn lab(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let path = std::env::var("PATH").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_quantmark"))
        .args(["lab", "--inventory", "lab.toml", "--suite", "dot", "--format", "q8_0", "--out", "night"])
        .args(["--history", "history", "--json"])
        .args(more)
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"))
        .env("QUANTMARK_ORACLE", "/nonexistent")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_fails_alone_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("bin")).unwrap();
    let ssh = folder.join("bin/ssh");
    fs::write(&ssh, SSH).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("lab.toml"), INVENTORY).unwrap();

    let started = Instant::now();
    let (code, said, errors) = lab(folder, &["--minutes", "0.3"]);
    assert_eq!(code, Some(3), "{said}\n{errors}");
    assert!(started.elapsed().as_secs() < 100, "the lab is over after its time");
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    let endings: Vec<_> = document["devices"].as_array().unwrap().iter().map(|row| &row["ending"]).collect();
    assert_eq!(endings, ["held", "dead", "out_of_time"], "{said}");
    assert!(document["devices"][1]["reason"].as_str().unwrap().contains("dead"), "{said}");

    let record = Record::read(&folder.join("night/local/run.jsonl")).unwrap();
    assert_eq!(record.header.environment.device, "local");
    let history = History::open(&folder.join("history"), "local").unwrap();
    assert_eq!(history.entries().len(), record.measurements.len());
    for page in ["site/index.html", "summary.md", "lab.json", "dead/lab.log"] {
        assert!(folder.join("night").join(page).is_file(), "{page}");
    }
    let summary = fs::read_to_string(folder.join("night/summary.md")).unwrap();
    assert!(summary.contains("| dead | did not run |") && summary.contains("| local | held |"), "{summary}");
}

#[test]
fn an_empty_lab_and_no_time_are_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lab.toml"), "").unwrap();
    let (code, _, errors) = lab(folder.path(), &[]);
    assert!(code == Some(4) && errors.contains("lab.toml: no device and no board"), "{errors}");
    fs::write(folder.path().join("lab.toml"), "devices = [\"local\"]").unwrap();
    let (code, _, errors) = lab(folder.path(), &["--minutes", "-1"]);
    assert!(code == Some(2) && errors.contains("expected a number of minutes above 0"), "{errors}");
}
