//! Histories as files, and the commands that read and write them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use quantmark_record::schema::{Environment, Header, Implementation, SCHEMA_VERSION, Verdict};
use quantmark_record::{Record, Writer};
use quantmark_verdict::regression::{History, Watch};

use super::simulation::timing;

fn header(run: &str, day: usize) -> Header {
    Header {
        schema: SCHEMA_VERSION,
        run: run.to_owned(),
        started: format!("2026-{:02}-{:02}T03:00:00Z", day / 28 + 1, day % 28 + 1),
        command: vec!["quantmark".to_owned(), "bench".to_owned()],
        suites: vec!["standard".to_owned()],
        plan: Vec::new(),
        environment: Environment { device: "pi 5".to_owned(), logical_cores: 1, ..Environment::default() },
        implementations: vec![Implementation {
            name: "quantmark".to_owned(),
            version: "0".to_owned(),
            variant: "scalar".to_owned(),
        }],
    }
}

/// A run whose one timing is on a machine of that speed, at that ratio to llama.cpp.
fn run(day: usize, speed: f64, ratio: f64) -> Record {
    let mut record = Record::begin(header(&format!("run-{day}"), day));
    record.measurements.push(timing("dot/dot/q4_0/scalar/1/1x4096x1", speed, Some(ratio)));
    record
}

fn thirty_nights(folder: &Path) -> History {
    let mut history = History::open(folder, "pi 5").unwrap();
    for day in 0..30 {
        // The machine itself is as fast as it likes.
        let record = run(day, 1e9 * (1.0 + (day % 3) as f64), 1.5 + (day % 4) as f64 * 0.005);
        assert_eq!(history.append(&record).unwrap(), 1);
    }
    history
}

#[test]
fn a_history_is_appended_to_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = thirty_nights(folder.path());
    assert_eq!(history.append(&run(7, 1.0, 1.0)).unwrap(), 0, "the run is there already");
    let text = fs::read_to_string(folder.path().join("pi-5.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 30);
    let first = r#"{"series":"dot/dot/q4_0/scalar/1/1x4096x1","unit":"ratio to llama.cpp x64","device":"pi 5","run":"run-0","at":"2026-01-01T03:00:00Z","first":1.5}"#;
    assert_eq!(text.lines().next(), Some(first));
    let again = History::open(folder.path(), "pi 5").unwrap();
    assert_eq!(again.entries(), history.entries());
    assert_eq!(History::devices(folder.path()).unwrap(), ["pi-5"]);
}

#[test]
fn lines_that_are_no_values_are_named() {
    let folder = tempfile::tempdir().unwrap();
    thirty_nights(folder.path());
    let path = folder.path().join("pi-5.jsonl");
    let good = fs::read_to_string(&path).unwrap();
    for (text, said) in [
        (good[..good.len() - 9].to_owned(), "line 30: it is cut off"),
        (format!("{good}{{}}\n"), "line 31: no value: missing field `series`"),
        (good.replacen("\"first\":1.5}", "\"first\":-1.5}", 1), "line 1: a value is not above 0"),
        (good.replacen("\"first\":1.5}", "\"first\":1.5,\"x\":0}", 1), "line 1: no value: unknown field `x`"),
    ] {
        fs::write(&path, text).unwrap();
        let error = History::open(folder.path(), "pi 5").unwrap_err().to_string();
        assert!(error.contains("pi-5.jsonl: ") && error.contains(said), "{error}");
    }
}

#[test]
fn a_timing_that_stands_out_is_taken_again_before_it_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let watch = Watch::new(thirty_nights(folder.path()));
    let id = "dot/dot/q4_0/scalar/1/1x4096x1";
    let judged = |first: f64, again: f64| {
        let measurement = timing(id, 1e6, Some(first));
        watch.judge(measurement, || Ok::<_, ()>(timing(id, 1e6, Some(again)))).unwrap()
    };
    // A thousandth of the speed on both sides is no change.
    let same = judged(1.507, 0.0);
    assert_eq!((same.judgement.unwrap().verdict, same.retakes.len()), (Verdict::Same, 0));
    let outlier = judged(1.0, 1.51);
    assert_eq!((outlier.judgement.unwrap().verdict, outlier.retakes.len()), (Verdict::Same, 7));
    let step = judged(1.0, 1.0);
    assert_eq!((step.judgement.unwrap().verdict, step.retakes.len()), (Verdict::Slower, 19));
    let gain = judged(1.8, 1.8);
    assert_eq!(gain.judgement.unwrap().verdict, Verdict::Faster);
}

fn quantmark(arguments: &[&str], folder: &Path) -> Output {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
    command.args(arguments).current_dir(folder).env("QUANTMARK_DATA", data).env("QUANTMARK_ORACLE", "/nonexistent");
    command.output().unwrap()
}

#[test]
fn a_run_that_got_slower_fails_and_says_so_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let bench = |out: &str, more: &[&str]| {
        let words = ["bench", "--suite", "dot", "--format", "q8_0", "--backend", "scalar", "--device-name", "board"];
        let output = quantmark(&[&words[..], &["--out", out], more].concat(), folder.path());
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said, errors) = bench("a", &["--against-history", "history", "--against", "none"]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        said.contains("history: 0 slower, 0 faster, 0 the same, 1 not judged (0 earlier runs at this level"),
        "{said}"
    );
    // A past in which this machine was many times as fast.
    let mut record = Record::read(&folder.path().join("a/run.jsonl")).unwrap();
    let mut history = History::open(&folder.path().join("history"), "board").unwrap();
    for day in 0..30 {
        record.header.run = format!("run-{day}");
        record.measurements[0].median *= if day % 2 == 0 { 1.01 } else { 1.0 / 1.01 };
        record.measurements[0].median *= if day == 0 { 50.0 } else { 1.0 };
        history.append(&record).unwrap();
    }
    let markdown = ["--against-history", "history", "--against", "none", "--markdown", "job/summary.md"];
    let (code, said, errors) = bench("b", &markdown);
    assert_eq!(code, Some(1), "{said}\n{errors}");
    assert!(said.contains("history: 1 slower"), "{said}");
    let summary = fs::read_to_string(folder.path().join("job/summary.md")).unwrap();
    assert!(summary.contains("NOT held") && summary.contains("| slower, taken 19 times more |"), "{summary}");
    let junit = fs::read_to_string(folder.path().join("b/junit.xml")).unwrap();
    assert!(junit.contains("<testsuite name=\"history\"") && junit.contains("slower: "), "{junit}");
    // The commands that keep histories.
    let added = quantmark(&["history", "b", "--dir", "history"], folder.path());
    assert!(String::from_utf8(added.stdout).unwrap().contains("1 values of board-"));
    let listed = quantmark(&["history", "--dir", "history"], folder.path());
    assert!(String::from_utf8(listed.stdout).unwrap().contains("31 values of 31 runs"));
    assert_eq!(quantmark(&["history", "--dir", "none"], folder.path()).status.code(), Some(4));
    assert_eq!(quantmark(&["compare", "a", "b"], folder.path()).status.code(), Some(2), "folders are no records");
    let compared = quantmark(&["compare", "a/run.jsonl", "b/run.jsonl", "--markdown", "compare.md"], folder.path());
    assert!(compared.status.code().is_some_and(|code| code < 2));
    assert!(fs::read_to_string(folder.path().join("compare.md")).unwrap().starts_with("### board-"));
}

#[test]
fn a_run_that_was_cut_short_has_no_place_in_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    drop(Writer::create(&path, header("cut", 1)).unwrap());
    let output = quantmark(&["history", path.to_str().unwrap()], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the run was cut short"));
}
