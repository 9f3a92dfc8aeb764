//! Tells the program what it was built from: compiler, flags, target, commit.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the program is built from, relative to the workspace. A change in any of it rebuilds the program anyway, so
/// running this script again then costs nothing.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "kernels/Cargo.toml",
    "kernels/src",
    "harness",
    "reference-data/oracle.toml",
    "suites",
];

fn main() {
    let crate_root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let workspace = crate_root.ancestors().nth(2).unwrap_or(&crate_root);
    set("QUANTMARK_COMPILER", &output(Command::new(variable("RUSTC")).arg("--version")).unwrap_or_default());
    set("QUANTMARK_FLAGS", &flags());
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(commit) = commit(workspace) {
        set("QUANTMARK_COMMIT", &commit);
        set("QUANTMARK_DIRTY", if dirty(workspace) { "true" } else { "false" });
    }
}

fn set(name: &str, value: &str) {
    println!("cargo::rustc-env={name}={}", value.replace(['\n', '\r'], " "));
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn flags() -> String {
    let flags = variable("CARGO_ENCODED_RUSTFLAGS").replace('\x1f', " ");
    format!("profile={} opt-level={} {flags}", variable("PROFILE"), variable("OPT_LEVEL")).trim_end().to_owned()
}

/// The commit, where the workspace is the top of a git tree: a source archive inside another project has none.
fn commit(workspace: &Path) -> Option<String> {
    let top = PathBuf::from(git(workspace, &["rev-parse", "--show-toplevel"])?);
    if top.canonicalize().ok()? != workspace.canonicalize().ok()? {
        return None;
    }
    let commit = git(workspace, &["rev-parse", "HEAD"])?;
    // The log of HEAD grows with every commit and checkout and with nothing else.
    if let Some(log) = git(workspace, &["rev-parse", "--git-path", "logs/HEAD"]) {
        watch(&workspace.join(log));
    }
    SOURCES.iter().for_each(|source| watch(&workspace.join(source)));
    Some(commit)
}

fn dirty(workspace: &Path) -> bool {
    let mut arguments = vec!["status", "--porcelain", "--"];
    arguments.extend(SOURCES);
    git(workspace, &arguments).is_none_or(|changes| !changes.is_empty())
}

/// A path that does not exist would run this script on every build.
fn watch(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

fn git(workspace: &Path, arguments: &[&str]) -> Option<String> {
    output(Command::new("git").arg("--no-optional-locks").arg("-C").arg(workspace).args(arguments))
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
