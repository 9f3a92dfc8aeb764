//! Compilers that can build for a target: rustup's, or the system's.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use quantmark_machine::on_path::on_path;

use super::error::ToolchainError;

/// Cargo and a compiler that has a target's standard library, and the linker for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    target: String,
    cargo: OsString,
    rustc: OsString,
    linker: Option<OsString>,
    version: String,
}

/// Debian's own compiler, whose standard libraries for other targets are packages.
const SYSTEM: (&str, &str) = ("/usr/bin/cargo", "/usr/bin/rustc");

/// A compiler for a target: the one in use where it has the target's standard library, else the system's.
///
/// # Errors
/// What is missing.
pub fn find(target: &str) -> Result<Compiler, String> {
    let Some((version, cargo, rustc)) = compiler(target) else {
        return Err(format!("no Rust compiler here has the standard library of {target}"));
    };
    let linker = linker(target)?;
    Ok(Compiler { target: target.to_owned(), cargo, rustc, linker, version })
}

impl Compiler {
    /// Its version, as it says itself.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Builds the program in release mode; every compiler has a target folder of its own.
    ///
    /// # Errors
    /// It does not build.
    pub fn build(&self, repository: &Path) -> Result<PathBuf, ToolchainError> {
        let targets = variable("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
        let targets = std::path::absolute(targets).map_err(ToolchainError::Folder)?;
        let name: Vec<&str> = self.version.split_whitespace().take(2).collect();
        let folder = targets.join("cross").join(name.join("-"));
        let mut command = Command::new(&self.cargo);
        command.args(["build", "--release", "--package", "quantmark", "--bin", "quantmark", "--target", &self.target]);
        command.arg("--target-dir").arg(&folder).current_dir(repository).env("RUSTC", &self.rustc);
        // What Cargo's caller was built with is not what this is built with.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        if let Some(linker) = &self.linker {
            command.env(linker_variable(&self.target), linker);
        }
        let status = command.status().map_err(|source| ToolchainError::Cargo {
            cargo: self.cargo.to_string_lossy().into_owned(),
            target: self.target.clone(),
            source,
        })?;
        if !status.success() {
            return Err(ToolchainError::Build(self.target.clone()));
        }
        Ok(folder.join(&self.target).join("release").join("quantmark"))
    }
}

/// The version of the compiler here that has a target's standard library, where there is one.
pub fn standard_library(target: &str) -> Option<String> {
    compiler(target).map(|(version, _, _)| version)
}

/// Version, Cargo and compiler.
fn compiler(target: &str) -> Option<(String, OsString, OsString)> {
    let in_use =
        (variable("CARGO").unwrap_or_else(|| "cargo".into()), variable("RUSTC").unwrap_or_else(|| "rustc".into()));
    let system = (SYSTEM.0.into(), SYSTEM.1.into());
    [in_use, system].into_iter().find_map(|(cargo, rustc)| Some((version(&rustc, target)?, cargo, rustc)))
}

/// The version of a compiler that has a target's standard library; `None` for one that has not, or is not there.
fn version(rustc: &OsString, target: &str) -> Option<String> {
    let ask = |argument: &[&str]| {
        let output = Command::new(rustc).args(argument).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    let libraries = ask(&["--print", "target-libdir", "--target", target])?;
    let standard = std::fs::read_dir(libraries).ok()?.flatten().any(|entry| {
        entry.file_name().to_str().is_some_and(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
    });
    if standard { ask(&["--version"]) } else { None }
}

/// The linker for a target: the one that Cargo is told to use, or the cross compiler by its usual name.
fn linker(target: &str) -> Result<Option<OsString>, String> {
    let architecture = target.split('-').next().unwrap_or_default();
    if env::var_os(linker_variable(target)).is_some() || !target.ends_with("-linux-gnu") {
        return Ok(None);
    }
    let name = format!("{architecture}-linux-gnu-gcc");
    if architecture == env::consts::ARCH {
        return Ok(None);
    }
    match on_path(&name) {
        Some(_) => Ok(Some(name.into())),
        None => Err(format!("the linker for {target}, {name}, is not installed")),
    }
}

fn linker_variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"))
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machines_own_target_can_be_built_and_an_unknown_one_not() {
        assert!(find(quantmark_machine::target::OURS).unwrap().version().starts_with("rustc "));
        assert!(find("pdp11-unknown-unix").unwrap_err().contains("pdp11-unknown-unix"));
    }
}
