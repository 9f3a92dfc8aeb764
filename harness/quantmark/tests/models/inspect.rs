//! What `inspect` prints.

use std::fs;

use crate::program::{refused, run};
use crate::sample::model;

#[test]
fn a_file_is_described() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("{}/", folder.path().to_str().unwrap());
    let input = model(folder.path(), |_| {});
    let plain = run(&["inspect", input.to_str().unwrap(), "--tensors"]);
    assert_eq!((plain.code, plain.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!("plain", plain.out.replace(&name, ""));
    let json = run(&["inspect", input.to_str().unwrap(), "--json"]);
    assert_eq!((json.code, json.err.as_str()), (Some(0), ""));
    serde_json::from_str::<serde_json::Value>(&json.out).unwrap();
    insta::assert_snapshot!("json", json.out.replace(&name, ""));
}

#[test]
fn a_label_that_does_not_fit_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let input = model(folder.path(), |_| {});
    let bytes = fs::read(&input).unwrap();
    // The value of `general.file_type` follows its type, u32.
    let key = b"general.file_type";
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len() + 4;
    for (id, said) in [(15, "NOT what it says: most weights are f16, expected q4_K"), (77, "does not have")] {
        let mut changed = bytes.clone();
        changed[at] = id;
        fs::write(&input, changed).unwrap();
        let inspected = run(&["inspect", input.to_str().unwrap()]);
        assert_eq!(inspected.code, Some(0), "{}", inspected.err);
        assert!(inspected.out.contains(said), "{}", inspected.out);
    }
}

#[test]
fn what_is_no_gguf_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text\u{1b}[31m.gguf");
    fs::write(&path, "once upon a time").unwrap();
    let line = refused(&["inspect", path.to_str().unwrap()], 2, folder.path().to_str().unwrap());
    insta::assert_snapshot!(line);
}
