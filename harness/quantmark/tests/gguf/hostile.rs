//! Every hostile file is refused, and the message says where and why.

use std::collections::HashSet;

use quantmark_containers::gguf::hostile::{classes, truncations, valid};
use quantmark_containers::gguf::{GgufError, GgufFile, exercise};

/// What a file is refused with: the byte and the message.
fn refusal(bytes: &[u8]) -> (u64, String) {
    match GgufFile::from_bytes("file.gguf", bytes.to_vec()) {
        Err(GgufError::Invalid { offset, message, .. }) => (offset, message),
        Err(other) => panic!("not a fault of the bytes: {other}"),
        Ok(_) => panic!("accepted"),
    }
}

#[test]
fn the_file_they_are_made_from_is_valid() {
    assert!(exercise(&valid()));
    assert_eq!(GgufFile::from_bytes("valid.gguf", valid()).unwrap().tensors().len(), 2);
}

#[test]
fn each_is_refused_with_a_place_and_a_reason() {
    let mut lines = String::new();
    let mut names = HashSet::new();
    for class in classes() {
        assert!(names.insert(class.name.clone()) && class.bytes.len() < 1 << 16, "{}", class.name);
        assert!(!exercise(&class.bytes), "{}", class.name);
        let (offset, message) = refusal(&class.bytes);
        assert!(offset <= class.bytes.len() as u64, "{}: byte {offset}", class.name);
        lines += &format!("{}\n    byte {offset}: {message}\n", class.name);
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn each_beginning_is_refused_at_or_before_its_end() {
    for bytes in truncations() {
        let len = bytes.len() as u64;
        let (offset, _) = refusal(&bytes);
        assert!(offset <= len, "cut to {len}: byte {offset}");
        exercise(&bytes);
    }
}

#[test]
fn a_mapped_file_is_refused_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.gguf");
    for class in classes() {
        std::fs::write(&path, &class.bytes).unwrap();
        let message = GgufFile::open(&path).unwrap_err().to_string();
        let (offset, expected) = refusal(&class.bytes);
        assert_eq!(message, format!("{}: byte {offset}: {expected}", path.display()), "{}", class.name);
    }
}
