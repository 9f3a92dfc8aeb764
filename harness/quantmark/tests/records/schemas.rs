//! The published schemas are those of this program, and what it writes holds to them.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_machine::{Build, environment};
use quantmark_record::{Document, Record};
use quantmark_report::schema_files;
use quantmark_verdict::comparison::Comparison;
use serde_json::Value;

use crate::sample;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports/schema")
}

fn validator(name: &str) -> jsonschema::Validator {
    let file = schema_files().into_iter().find(|file| file.name == name).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&file.text).unwrap()).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let problems: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(problems.is_empty(), "{problems:#?}\n{value:#}");
}

#[test]
fn the_published_schemas_are_current() {
    for file in schema_files() {
        let path = folder().join(file.name);
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert!(published == file.text, "{} differs from the schema of this program", path.display());
    }
    let published = fs::read_dir(folder()).unwrap().flatten().map(|entry| entry.file_name());
    let published = published.filter(|name| name.to_str().is_some_and(|name| name.ends_with(".json"))).count();
    assert_eq!(published, schema_files().len());
}

const BUILD: Build = Build { compiler: "rustc 1", flags: "profile=dev", commit: Some("0"), dirty: Some(false) };

#[test]
fn every_line_holds_to_its_schema() {
    let validator = validator("run-line.json");
    let mut record = sample::record();
    record.resumed.push(sample::resumed());
    record.header.environment = environment(None, &BUILD);
    for line in sample::lines(&record) {
        assert_valid(&validator, &serde_json::to_value(line).unwrap());
    }
}

#[test]
fn the_documents_hold_to_their_schemas() {
    let record = sample::record();
    for record in [&record, &Record::begin(sample::header())] {
        assert_valid(&validator("document.json"), &serde_json::to_value(Document::from(record)).unwrap());
    }
    let comparison = Comparison::of(&record, &sample::small()).unwrap();
    assert_valid(&validator("comparison.json"), &serde_json::to_value(comparison).unwrap());
}

#[test]
fn the_document_has_the_keys_that_others_rely_on() {
    let document = serde_json::to_value(Document::from(&sample::record())).unwrap();
    for key in ["total", "pass", "fail", "error", "timeout", "unsupported", "skipped"] {
        assert!(document["summary"][key].is_u64(), "{key}");
    }
    let measurement = &document["measurements"][5];
    for key in
        ["suite", "operation", "format", "backend", "threads", "shape", "unit", "median", "low", "high", "samples"]
    {
        assert!(!measurement[key].is_null(), "{key}");
    }
    assert!(measurement["against"]["ratio"]["median"].is_f64());
}

/// A schema that lets everything pass would pass the checks above too.
#[test]
fn schemas_refuse_what_is_not_a_record() {
    let validator = validator("run-line.json");
    let lines = sample::lines(&sample::small());
    for (key, wrong) in [("line", Value::from("other")), ("state", Value::from("fine")), ("seconds", Value::Null)] {
        let mut line = serde_json::to_value(&lines[1]).unwrap();
        assert!(validator.is_valid(&line));
        line[key] = wrong;
        assert!(!validator.is_valid(&line), "{key}");
    }
}
