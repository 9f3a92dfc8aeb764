//! llama.cpp with a model open.

use std::num::NonZeroUsize;
use std::path::Path;

use quantmark_kernels::Backend;

use super::Failure;
use crate::gguf::shown_path;
use crate::reference::builds::builds;
use crate::reference::install::{directory, host_platform};
use crate::reference::oracle::{CpuVariant, LlamaModel};

/// llama.cpp with a model open.
pub(super) struct Opponent {
    pub(super) build: String,
    pub(super) model: LlamaModel,
}

impl Opponent {
    /// Opens a model by the build that is named, `llama.cpp:BUILD`, or by that for the instructions which we use.
    ///
    /// # Errors
    /// There is no such build, or it refuses the model.
    pub(super) fn open(name: &str, oracle: Option<&Path>, model: &Path, ours: Backend) -> Result<Self, Failure> {
        let build =
            match name {
                "llama.cpp" => None,
                _ => Some(name.strip_prefix("llama.cpp:").ok_or_else(|| {
                    Failure::usage(format!("--against {name}: expected llama.cpp or llama.cpp:BUILD"))
                })?),
            };
        let folder = directory(oracle, host_platform())?;
        // A build for fewer instructions where there is none for as many.
        let mut known = Backend::CPU.iter().rev().skip_while(|backend| **backend != ours).flat_map(|of| builds(*of));
        let mut best = || known.find(|build| CpuVariant::open(&folder, build).is_ok()).copied();
        let build = build.or_else(&mut best).ok_or_else(|| {
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
