//! The writer: what it refuses, and what it leaves when it fails.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use quantmark_containers::gguf::{GgufWriter, Source, Value};

const F32: u32 = 0;
const Q4_0: u32 = 2;

/// Writes over a file that is there; it must fail, and leave that file and nothing else. Returns why.
fn refused(writer: GgufWriter<'_>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.gguf");
    fs::write(&path, "what was there").unwrap();
    let error = writer.write(&path).unwrap_err().to_string();
    assert_eq!(fs::read(&path).unwrap(), b"what was there");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{error}");
    error.replace(&format!("{}/", folder.path().display()), "")
}

/// A writer of one tensor of four numbers.
fn of_four<'a>(source: impl Into<Source<'a>>) -> GgufWriter<'a> {
    let mut writer = GgufWriter::new();
    writer.tensor("t", &[4], F32, source);
    writer
}

fn stream<'a>(produce: impl FnOnce(&mut dyn Write) -> io::Result<()> + 'a) -> Source<'a> {
    Source::Stream(Box::new(produce))
}

#[test]
fn refusals() {
    let mut lines = String::new();
    let mut say = |writer: GgufWriter<'_>| lines += &format!("{}\n", refused(writer));
    let with = |change: &dyn Fn(&mut GgufWriter<'_>)| {
        let mut writer = GgufWriter::new();
        change(&mut writer);
        writer
    };
    say(with(&|writer| {
        writer.metadata("", "value");
    }));
    say(with(&|writer| {
        writer.metadata("key", "a").metadata("key", "b");
    }));
    say(with(&|writer| {
        writer.metadata("general.alignment", Value::U32(48));
    }));
    say(with(&|writer| {
        writer.metadata("general.alignment", Value::U64(32));
    }));
    say(with(&|writer| {
        writer.tensor("t", &[1], F32, vec![0; 4]).tensor("t", &[1], F32, vec![0; 4]);
    }));
    say(with(&|writer| {
        writer.tensor("t".repeat(64), &[1], F32, vec![0; 4]);
    }));
    say(with(&|writer| {
        writer.tensor("t", &[], F32, vec![0; 4]);
    }));
    say(with(&|writer| {
        writer.tensor("t", &[1, 1, 1, 1, 1], F32, vec![0; 4]);
    }));
    say(with(&|writer| {
        writer.tensor("t", &[0], F32, vec![]);
    }));
    say(with(&|writer| {
        writer.tensor("t", &[48], Q4_0, vec![0; 27]);
    }));
    say(with(&|writer| {
        writer.tensor("t", &[4], 4, vec![0; 16]);
    }));
    say(with(&|writer| {
        writer.tensor("t", &[1 << 40, 1 << 40], F32, vec![0; 4]);
    }));
    say(of_four(vec![0; 12]));
    say(of_four(vec![0; 20]));
    say(of_four(stream(|out| out.write_all(&[0; 12]))));
    say(of_four(stream(|out| out.write_all(&[0; 17]))));
    say(of_four(stream(|_| Err(io::Error::other("the source has gone")))));
    insta::assert_snapshot!(lines);
}

#[test]
#[cfg(unix)]
fn permissions_are_those_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (ours, plain) = (folder.path().join("ours.gguf"), folder.path().join("plain"));
    fs::write(&plain, "").unwrap();
    of_four(vec![0; 16]).write(&ours).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}

#[test]
fn a_large_alignment_takes_no_room_without_data() {
    let mut writer = GgufWriter::new();
    writer.metadata("general.alignment", Value::U32(1 << 31));
    assert!(writer.to_bytes().unwrap().len() < 100);
}
