//! `quantmark codegen` on a repository of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn codegen(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quantmark"));
    command.args(["codegen", "--no-oracle", "--root"]).arg(root).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn what_is_stale_is_named_and_mended() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(codegen(root.path(), &[]).status.code(), Some(0));
    assert_eq!(codegen(root.path(), &["--check"]).status.code(), Some(0));

    let page = root.path().join("kernels/FORMATS.md");
    let current = fs::read_to_string(&page).unwrap();
    assert!(current.contains("| q5_K |"), "{current}");
    fs::write(&page, current.replace("q5_K", "q5_k")).unwrap();
    let checked = codegen(root.path(), &["--check"]);
    assert_eq!(checked.status.code(), Some(1));
    let told: Vec<&str> = text(&checked.stdout).lines().collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("kernels/FORMATS.md is not"), "{told:?}");

    assert_eq!(codegen(root.path(), &[]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&page).unwrap(), current);
}

#[test]
fn the_repositorys_own_files_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checked = codegen(&root, &["--check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
}
