//! The modules of a crate, one a file, and what each declares and names.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::imports::{Named, Spoken};

/// Re-exports that a path may lead through.
const STEPS: usize = 16;

/// A module's path in its crate, without the crate: that of the root is empty.
pub type ModulePath = Vec<String>;

/// A module, which is a file.
struct Module {
    /// Relative to the crate's `src`.
    file: PathBuf,
    spoken: Spoken,
}

/// Modules by path.
pub struct Tree {
    modules: BTreeMap<ModulePath, Module>,
}

/// A file that uses what another defines.
pub struct Import {
    /// The module that imports.
    pub from: ModulePath,
    /// The module that defines.
    pub to: ModulePath,
    /// Where, `FILE:LINE`.
    pub place: String,
}

impl Tree {
    /// Reads every file below a crate's `src`.
    pub fn read(source: &Path) -> Result<Self> {
        let mut modules = BTreeMap::new();
        collect(source, source, &mut modules)?;
        Ok(Self { modules })
    }

    /// The modules directly below one.
    pub fn children<'a>(&'a self, parent: &'a [String]) -> impl Iterator<Item = &'a ModulePath> {
        self.modules.keys().filter(move |path| path.len() == parent.len() + 1 && path.starts_with(parent))
    }

    /// Every module.
    pub fn paths(&self) -> impl Iterator<Item = &ModulePath> {
        self.modules.keys()
    }

    /// Every import between two modules.
    pub fn imports(&self) -> Vec<Import> {
        let mut imports = Vec::new();
        for (from, module) in &self.modules {
            for path in &module.spoken.paths {
                let Some(to) = self.definition(from, &path.segments) else { continue };
                let is_facade = path.exported && to.starts_with(from);
                if to != *from && !is_facade {
                    let place = format!("{}:{}", module.file.display(), path.line);
                    imports.push(Import { from: from.clone(), to, place });
                }
            }
        }
        imports
    }

    /// The module that defines what a path, spoken in `from`, names; `None` where that is another crate's.
    fn definition(&self, from: &[String], segments: &[String]) -> Option<ModulePath> {
        let mut seen = HashSet::new();
        let mut at = self.absolute(from, segments)?;
        for _ in 0..STEPS {
            let depth = (0..=at.len()).rev().find(|&depth| self.modules.contains_key(&at[..depth]))?;
            let (module, rest) = at.split_at(depth);
            let Some(item) = rest.first() else { return Some(at) };
            if !seen.insert(at.clone()) {
                return Some(module.to_vec());
            }
            let spoken = &self.modules[module].spoken;
            let next = if spoken.declared.contains(item) {
                None
            } else if let Some(named) = spoken.names.get(item) {
                self.absolute(module, named).map(|path| [path, rest[1..].to_vec()].concat())
            } else {
                self.through_globs(module, &spoken.globs, item).map(|path| [path, rest[1..].to_vec()].concat())
            };
            match next {
                Some(next) => at = next,
                None => return Some(module.to_vec()),
            }
        }
        None
    }

    /// Where an item that a module takes from others as a whole stands.
    fn through_globs(&self, module: &[String], globs: &[Named], item: &str) -> Option<ModulePath> {
        globs.iter().filter_map(|glob| self.absolute(module, glob)).find_map(|path| {
            let spoken = &self.modules.get(&path)?.spoken;
            let knows = spoken.declared.contains(item) || spoken.names.contains_key(item);
            knows.then(|| [path, vec![item.to_owned()]].concat())
        })
    }

    /// The path from the crate's root; `None` where it begins with another crate.
    fn absolute(&self, from: &[String], segments: &[String]) -> Option<ModulePath> {
        let (first, rest) = segments.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([from, rest].concat()),
            "super" => {
                let (_, parent) = from.split_last()?;
                match rest.first().map(String::as_str) {
                    Some("super") => self.absolute(parent, rest),
                    _ => Some([parent, rest].concat()),
                }
            }
            _ => {
                let child = [from, std::slice::from_ref(first)].concat();
                self.modules.contains_key(&child).then(|| [from, segments].concat())
            }
        }
    }
}

fn collect(source: &Path, folder: &Path, modules: &mut BTreeMap<ModulePath, Module>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(source, &path, modules)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path.strip_prefix(source)?.to_owned();
            let Some(module) = module_path(source, &file) else { continue };
            let text = fs::read_to_string(&path)?;
            let spoken = Spoken::read(&text).with_context(|| file.display().to_string())?;
            modules.insert(module, Module { file, spoken });
        }
    }
    Ok(())
}

/// The module of a file; `None` for a program beside a library, which is a crate of its own.
fn module_path(source: &Path, file: &Path) -> Option<ModulePath> {
    let mut path: ModulePath = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    match path.last()?.as_str() {
        "main" if path.len() == 1 && source.join("lib.rs").is_file() => return None,
        "main" | "lib" if path.len() == 1 => path.clear(),
        "mod" => _ = path.pop(),
        _ => {}
    }
    (path.first().map(String::as_str) != Some("bin")).then_some(path)
}
