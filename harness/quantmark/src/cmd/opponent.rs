//! llama.cpp with a model open.

use std::num::NonZeroUsize;
use std::path::Path;

use quantmark_files::shown::shown_path;
use quantmark_implementations::llama_cpp::builds::builds;
use quantmark_implementations::llama_cpp::install::{directory, host_platform};
use quantmark_implementations::llama_cpp::{CpuVariant, LlamaModel};
use quantmark_kernels::Backend;

use super::Failure;

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
        let best = || candidates(ours).find(|build| CpuVariant::open(&folder, build).is_ok());
        let build = build.or_else(best).ok_or_else(|| {
            let folder = shown_path(&folder);
            Failure::environment(format!("{folder}: no build of llama.cpp for this CPU; `oracle install` fetches them"))
        })?;
        let opened = LlamaModel::open(&folder, build, model).map_err(Failure::environment)?;
        Ok(Self { build: build.to_owned(), model: opened })
    }
}

/// Builds for the instructions of a backend, then those for fewer.
fn candidates(ours: Backend) -> impl Iterator<Item = &'static str> {
    Backend::within(Some(ours)).into_iter().flat_map(builds).copied()
}

pub(super) fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

#[cfg(test)]
mod tests {
    use quantmark_kernels::Backend;

    use super::candidates;

    #[test]
    fn no_build_has_more_than_we_use() {
        assert_eq!(candidates(Backend::Avx512).next(), Some("zen4"));
        let of_avx2: Vec<&str> = candidates(Backend::Avx2).collect();
        assert_eq!((of_avx2[0], of_avx2.len()), ("haswell", 2));
        assert_eq!(candidates(Backend::Scalar).count(), 1);
        assert_eq!(candidates(Backend::NeonI8mm).next(), Some("armv8.6_1"));
    }
}
