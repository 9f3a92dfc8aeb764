//! Whose timings ours are compared with.

use quantmark_fault::Failure;
use quantmark_implementations::ik_llama_cpp as ik_llama;
use quantmark_implementations::ik_llama_cpp::Pin;
use quantmark_kernels::Backend;
use quantmark_record::schema::Implementation;
use quantmark_speed::ik_llama::{IkLlama, WorkerProgram};
use quantmark_speed::opponents::Opponents;
use quantmark_speed::run::{IK_LLAMA_VARIANT, OtherSide};

/// The other side of a run's timings.
pub enum Rival {
    /// llama.cpp's builds, each for the instructions that a backend of ours uses.
    LlamaCpp(Opponents),
    /// ik_llama.cpp's library, which is for AVX2.
    IkLlama(IkLlama),
}

impl Rival {
    /// ik_llama.cpp where it is installed.
    ///
    /// # Errors
    /// It is not, with the command that fetches it, or not made for this platform.
    pub fn ik_llama() -> Result<Self, Failure> {
        let library = ik_llama::library()?;
        if !library.is_file() {
            return Err(Failure::environment(format!(
                "{name} is not installed; `cargo xtask oracle install --with {name}` fetches it",
                name = ik_llama::NAME
            )));
        }
        Ok(Self::IkLlama(IkLlama::new(library, WorkerProgram::current().map_err(Failure::environment)?)))
    }

    /// The other side of a backend's timings, where there is one.
    pub fn of(&self, backend: Backend) -> Option<OtherSide<'_>> {
        match self {
            Self::LlamaCpp(opponents) => opponents.of(backend).map(OtherSide::LlamaCpp),
            Self::IkLlama(far) => matches!(backend, Backend::Avx2 | Backend::Avx512).then_some(OtherSide::IkLlama(far)),
        }
    }

    /// llama.cpp, where it is the other side.
    #[cfg(target_vendor = "apple")]
    pub fn llama_cpp(&self) -> Option<&Opponents> {
        match self {
            Self::LlamaCpp(opponents) => Some(opponents),
            Self::IkLlama(_) => None,
        }
    }

    /// What is timed, for the record.
    pub fn implementations(&self) -> Vec<Implementation> {
        match self {
            Self::LlamaCpp(opponents) => opponents.implementations().collect(),
            Self::IkLlama(_) => vec![Implementation {
                name: ik_llama::NAME.to_owned(),
                version: Pin::load().package,
                variant: IK_LLAMA_VARIANT.to_owned(),
            }],
        }
    }
}
