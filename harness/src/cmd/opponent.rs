//! llama.cpp with a model open.

use std::num::NonZeroUsize;
use std::path::Path;

use super::Failure;
use crate::gguf::shown_path;
use crate::reference::install::{directory, host_platform};
use crate::reference::oracle::{CpuVariant, LlamaModel};

/// Builds of llama.cpp, the fastest first.
const BUILDS: [&str; 6] = ["zen4", "haswell", "x64", "armv8.6_1", "armv8.2_1", "armv8.0_1"];

/// llama.cpp with a model open.
pub(super) struct Opponent {
    pub(super) build: String,
    pub(super) model: LlamaModel,
}

impl Opponent {
    /// Opens a model by the build that is named, `llama.cpp:BUILD`, or the fastest that this CPU runs.
    ///
    /// # Errors
    /// There is no such build, or it refuses the model.
    pub(super) fn open(name: &str, oracle: Option<&Path>, model: &Path) -> Result<Self, Failure> {
        let build =
            match name {
                "llama.cpp" => None,
                _ => Some(name.strip_prefix("llama.cpp:").ok_or_else(|| {
                    Failure::usage(format!("--against {name}: expected llama.cpp or llama.cpp:BUILD"))
                })?),
            };
        let folder = directory(oracle, host_platform())?;
        let best = || BUILDS.iter().find(|build| CpuVariant::open(&folder, build).is_ok()).copied();
        let build = build.or_else(best).ok_or_else(|| {
            let folder = shown_path(&folder);
            Failure::environment(format!("{folder}: no build of llama.cpp for this CPU; `oracle install` fetches them"))
        })?;
        let opened = LlamaModel::open(&folder, build, model).map_err(Failure::environment)?;
        Ok(Self { build: build.to_owned(), model: opened })
    }
}

pub(super) fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
