//! No module of a crate imports itself by way of others.
//!
//! The modules of a crate form a tree. Below every module stand its children; among these and the module's own file no
//! imports may go in a circle, whatever lies deeper being counted for the child that holds it. Re-exports of what lies
//! below are a facade and no import: a path that leads through one counts for the file that defines the item. Tests are
//! left out.

mod graph;
mod imports;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use self::graph::Circle;
use self::tree::Tree;

/// The circles of every crate in a folder, each in a line that names its modules and the import behind every step.
pub fn find(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for package in packages(folder)? {
        let name = package.strip_prefix(folder)?.display().to_string();
        let circles = circles(&package.join("src")).with_context(|| name.clone())?;
        found.extend(circles.iter().map(|circle| format!("{name}: {circle}")));
    }
    Ok(found)
}

/// Folders below `folder` that hold a package with a `src`.
fn packages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.join("Cargo.toml").is_file() && folder.join("src").is_dir() {
        found.push(folder.to_owned());
    }
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let skipped = ["target", "src", "tests", "reference-data", "reports"];
        if path.is_dir() && !hidden && !skipped.iter().any(|name| path.ends_with(name)) {
            found.extend(packages(&path)?);
        }
    }
    Ok(found)
}

fn circles(source: &Path) -> Result<Vec<Circle>> {
    let tree = Tree::read(source)?;
    Ok(graph::circles(&tree, &tree.imports()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::circles;

    /// The circles of a crate of such files.
    fn of(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
            fs::write(path, text).unwrap();
        }
        circles(folder.path()).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_circle_is_named_with_its_imports() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B;\npub struct A;"),
            ("b/mod.rs", "mod deep;\npub struct B;"),
            ("b/deep.rs", "fn f() { let _ = crate::c::C; }"),
            ("c.rs", "pub struct C;\nmacro_rules! m { () => { $crate::a::A }; }"),
        ];
        assert_eq!(of(&files), ["a (a.rs:1) -> b (b/deep.rs:1) -> c (c.rs:2) -> a"]);
    }

    #[test]
    fn a_child_and_its_parent_are_a_circle_where_both_use_each_other() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod child;\npub struct A;\npub fn f() { child::g(); }"),
            ("a/child.rs", "use super::A;\npub fn g() {}"),
        ];
        assert_eq!(of(&files), ["a (a/mod.rs:3) -> a::child (a/child.rs:1) -> a"]);
    }

    #[test]
    fn facades_and_tests_are_none() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::A;"),
            ("a/mod.rs", "mod child; mod other; pub use child::A; pub use self::other::*;"),
            ("a/child.rs", "use super::Other;\npub struct A;"),
            ("a/other.rs", "pub struct Other;\n#[cfg(test)]\nmod tests { use super::super::A; }"),
            ("b.rs", "use crate::A;\n// use crate::b\n"),
        ];
        assert_eq!(of(&files), [""; 0]);
    }
}
