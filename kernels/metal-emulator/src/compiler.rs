//! Finding clang.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest clang whose vector builtins the shim uses.
const OLDEST: u32 = 19;

/// Where to look, the best first.
const NAMES: [&str; 4] = ["clang++-19", "clang++-20", "clang++-21", "clang++"];

/// The variable that names a clang++ instead.
const VARIABLE: &str = "QUANTMARK_CLANG";

/// A clang++ that can compile shaders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    program: PathBuf,
    version: String,
}

/// Why there is no compiler; for people to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Missing(String);

impl Compiler {
    /// Finds a clang++ of version 19 or newer: the one that `QUANTMARK_CLANG` names, else one on the path.
    ///
    /// # Errors
    /// There is none.
    pub fn find() -> Result<Self, Missing> {
        if let Some(named) = std::env::var_os(VARIABLE) {
            let named = PathBuf::from(named);
            return Self::at(&named).ok_or_else(|| {
                Missing(format!("{VARIABLE} names {}, which is no clang++ {OLDEST} or newer", named.display()))
            });
        }
        NAMES.iter().find_map(|name| Self::at(Path::new(name))).ok_or_else(|| {
            Missing(format!(
                "the shaders are emulated by means of clang++ {OLDEST} or newer, and none is on the path (Debian: apt-get \
                 install clang-19)"
            ))
        })
    }

    fn at(program: &Path) -> Option<Self> {
        let output = Command::new(program).arg("--version").output().ok()?;
        let version = String::from_utf8(output.stdout).ok()?.lines().next()?.to_owned();
        let (_, number) = version.split_once("clang version ")?;
        let major: u32 = number.split('.').next()?.parse().ok()?;
        (major >= OLDEST).then(|| Self { program: program.to_owned(), version })
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What it says of its version.
    pub fn version(&self) -> &str {
        &self.version
    }
}
