//! `quantmark bench` as people run it, and as a lab's power supply ends it.

mod strange;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use quantmark_record::Record;

fn bench(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
    command
        .args(["bench", "--backend", "scalar", "--against", "none", "--suite", "quick", "--format", "q4_0,tq2_0"])
        .args(arguments)
        .env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"));
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn held(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// Every id of the record, and none twice.
fn ids(record: &Record) -> HashSet<String> {
    let ids = record.done();
    assert_eq!(ids.len(), record.cases.len() + record.sizes.len() + record.measurements.len() + record.models.len());
    ids
}

fn reports_are_there(folder: &Path) {
    let files = ["run.jsonl", "cases.csv", "measurements.csv", "sizes.csv", "models.csv", "junit.xml", "style.css"];
    let pages = ["index", "compare", "conformance", "method", "open", "pick"].map(|page| format!("{page}.html"));
    let expected: HashSet<String> =
        files.map(str::to_owned).into_iter().chain(pages).chain(["devices", "formats"].map(str::to_owned)).collect();
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let there: HashSet<String> = entries
        .map(|entry| {
            assert!(entry.metadata().unwrap().len() > 0, "{:?}", entry.file_name());
            entry.file_name().into_string().unwrap()
        })
        .collect();
    assert_eq!(there, expected);
}

#[test]
fn a_run_holds_what_the_list_says() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let output = bench(&["--out", out.to_str().unwrap()]).output().unwrap();
    held(&output);
    assert!(text(&output.stdout).contains("q4_0"), "{}", text(&output.stdout));
    reports_are_there(&out);

    let listed = bench(&["--list"]).output().unwrap();
    held(&listed);
    let listed: HashSet<String> = text(&listed.stdout).lines().map(str::to_owned).collect();
    let record = Record::read(&out.join("run.jsonl")).unwrap();
    assert_eq!(ids(&record), listed);
    assert!(record.is_complete() && record.measurements.len() == 2 && record.sizes.len() == 2);
    assert!(listed.contains("dot/dot/q4_0/scalar/1/16x4096x1"), "{listed:?}");
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    for milliseconds in [0, 20, 80, 200, 450, 900] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("run");
        let out_name = out.to_str().unwrap();
        let mut child = bench(&["--out", out_name]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The header is there once the record is; before that there is nothing to go on with.
        while !out.join("run.jsonl").exists() {
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        let before = Record::read(&out.join("run.jsonl")).unwrap();
        held(&bench(&["--out", out_name, "--resume"]).output().unwrap());
        let after = Record::read(&out.join("run.jsonl")).unwrap();
        assert!(after.is_complete());
        assert!(ids(&before).is_subset(&ids(&after)));
        assert_eq!(after.measurements.len(), 2);
        reports_are_there(&out);
    }
}

#[test]
fn a_wrong_answer_has_no_speed() {
    let folder = tempfile::tempdir().unwrap();
    strange::file(folder.path());
    let out = folder.path().join("run");
    let folder = folder.path().to_str().unwrap();
    let output = bench(&["--out", out.to_str().unwrap(), "--reference", folder]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("q4_0 on scalar is not timed: 1 of its checks failed"));
    let record = Record::read(&out.join("run.jsonl")).unwrap();
    let timed: Vec<&str> = record.measurements.iter().map(|timing| timing.format.as_str()).collect();
    assert_eq!(timed, ["tq2_0"]);
    assert!(record.is_complete());
}

#[test]
fn what_is_not_the_same_run_is_not_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let out_name = out.to_str().unwrap();
    held(&bench(&["--out", out_name]).output().unwrap());
    let bytes = fs::read(out.join("run.jsonl")).unwrap();

    let other = bench(&["--out", out_name, "--resume", "--threads", "7"]).output().unwrap();
    assert_eq!(other.status.code(), Some(2), "{}", text(&other.stderr));
    assert!(text(&other.stderr).contains("the plan"), "{}", text(&other.stderr));
    let again = bench(&["--out", out_name]).output().unwrap();
    assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
    assert_eq!(fs::read(out.join("run.jsonl")).unwrap(), bytes, "a finished record is not touched");
}

#[test]
fn wrong_words_are_named() {
    for (arguments, said) in [
        (&["--suite", "fast"][..], "expected one of quick, standard"),
        (&["--format", "q9_9"], "no such format"),
        (&["--backend", "sse"], "no such backend"),
        (&["--against", "ggml"], "expected llama.cpp"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("run");
        let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
        let output = command
            .args(["bench", "--out", out.to_str().unwrap()])
            .args(arguments)
            .env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stderr).lines().count(), 1, "one line: {}", text(&output.stderr));
        assert!(!out.exists());
    }
}

#[test]
fn models_are_made_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
    let arguments = ["bench", "--suite", "models", "--format", "q4_0", "--backend", "scalar", "--json", "--out"];
    command.args(arguments).arg(&out);
    command.env("QUANTMARK_DATA", Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data"));
    let output = command.output().unwrap();
    held(&output);
    reports_are_there(&out);
    let record = Record::read(&out.join("run.jsonl")).unwrap();
    let [row] = record.models.as_slice() else { panic!("{:?}", record.models) };
    assert_eq!((row.file_type.as_str(), row.windows, row.importance), ("Q4_0", 4, true));
    assert!((1.0..1.1).contains(&(row.perplexity / row.base_perplexity)), "{row:?}");
    assert!((0.005..0.1).contains(&row.kld_mean) && (0.8..1.0).contains(&row.same_top), "{row:?}");
    assert!((4.5..5.5).contains(&row.bits_per_weight), "{row:?}");
    assert!(row.pp512.is_some_and(|rate| rate > 0.0) && row.tg128.is_some_and(|rate| rate > 0.0), "{row:?}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["models"][0]["file_type"], "Q4_0");
}
