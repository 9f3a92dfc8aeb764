//! The list of needs.

use quantmark_implementations::llama_cpp::NAME;
use quantmark_implementations::llama_cpp::install;
use quantmark_machine::on_path::on_path;
use serde::Serialize;

use super::tools::{apt, service, version};
use crate::toolchain;

/// The target of the arm64 devices.
const ARM64: &str = "aarch64-unknown-linux-gnu";

/// What something is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Building and running here: every command.
    Here,
    /// Comparing with llama.cpp here.
    Reference,
    /// Building for 64-bit Arm.
    Arm64,
    /// Running programs for 64-bit Arm under emulation.
    Arm64Emulated,
    /// Comparing with llama.cpp there.
    Arm64Reference,
    /// Running on boards.
    Boards,
    /// The tests of running on boards.
    BoardTests,
}

impl Purpose {
    /// The purpose in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Here => "every command",
            Self::Reference => "comparing with llama.cpp",
            Self::Arm64 => "building for arm64",
            Self::Arm64Emulated => "arm64 under emulation",
            Self::Arm64Reference => "comparing with llama.cpp on arm64",
            Self::Boards => "running on boards",
            Self::BoardTests => "testing how boards are reached",
        }
    }
}

/// Something that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// What it is.
    pub name: &'static str,
    /// What for.
    pub purpose: Purpose,
    /// What is there of it.
    pub found: Option<String>,
    /// What is missing of it.
    pub missing: Option<String>,
    /// The command that installs it.
    pub install: String,
}

/// Everything, and whether it is there.
pub fn needs() -> Vec<Need> {
    let need = |name, purpose, found: Result<String, String>, install: String| {
        let (found, missing) = match found {
            Ok(found) => (Some(found), None),
            Err(missing) => (None, Some(missing)),
        };
        Need { name, purpose, found, missing, install }
    };
    let rustup = on_path("rustup").is_some();
    let arm64_std = if rustup {
        format!("rustup target add {ARM64}")
    } else {
        apt("rustc-web cargo-web libstd-rust-web-dev:arm64")
    };
    let compiler = toolchain::standard_library(ARM64)
        .ok_or_else(|| format!("no Rust compiler here has the standard library of {ARM64}"));
    let qemu = version("qemu-aarch64-static", "--version").or_else(|_| version("qemu-aarch64", "--version"));
    vec![
        need("rust", Purpose::Here, version("rustc", "--version"), "install Rust 1.95 or newer with rustup".to_owned()),
        need("linker", Purpose::Here, version("cc", "--version"), apt("gcc libc6-dev")),
        need(
            "npm",
            Purpose::Reference,
            version("npm", "--version").map(|version| format!("npm {version}")),
            apt("npm"),
        ),
        need(NAME, Purpose::Reference, oracle(install::host_platform()), "cargo xtask oracle install".to_owned()),
        need("arm64 rust", Purpose::Arm64, compiler, arm64_std),
        need(
            "arm64 linker",
            Purpose::Arm64,
            version("aarch64-linux-gnu-gcc", "--version"),
            apt("gcc-aarch64-linux-gnu libc6-dev-arm64-cross"),
        ),
        need("qemu", Purpose::Arm64Emulated, qemu, apt("qemu-user-static")),
        need("arm64 libraries", Purpose::Arm64Emulated, loader(), apt("libc6:arm64 libstdc++6:arm64 libgcc-s1:arm64")),
        need(
            "arm64 llama.cpp",
            Purpose::Arm64Reference,
            oracle("linux-arm64"),
            "cargo xtask oracle install --platform linux-arm64".to_owned(),
        ),
        need("ssh", Purpose::Boards, version("ssh", "-V"), apt("openssh-client")),
        need("sshd", Purpose::BoardTests, service("sshd"), apt("openssh-server")),
    ]
}

fn loader() -> Result<String, String> {
    let loader = "/lib/ld-linux-aarch64.so.1";
    if std::path::Path::new(loader).exists() { Ok(loader.to_owned()) } else { Err(format!("{loader} is not there")) }
}

fn oracle(platform: &str) -> Result<String, String> {
    let folder = install::cached(platform).map_err(|failure| failure.to_string())?;
    if folder.join("checksum").is_file() {
        Ok(folder.display().to_string())
    } else {
        Err(format!("llama.cpp's libraries for {platform} are not installed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_is_met_or_says_what_is_missing_and_how_to_install_it() {
        let needs = needs();
        for need in &needs {
            assert!(need.found.is_some() != need.missing.is_some(), "{need:?}");
            assert!(!need.install.is_empty());
        }
        assert!(needs[0].found.as_deref().is_some_and(|version| version.starts_with("rustc ")), "{:?}", needs[0]);
    }
}
