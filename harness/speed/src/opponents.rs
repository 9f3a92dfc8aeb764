//! Who is timed beside our kernels: the reference's build for the same instructions.

use quantmark_implementations::llama_cpp::OracleError;
use quantmark_implementations::llama_cpp::builds::builds;
use quantmark_implementations::llama_cpp::install::Pins;
use quantmark_implementations::llama_cpp::{CpuVariant, Oracle};
use quantmark_kernels::Backend;
use quantmark_record::schema::Implementation;

use crate::run::Opponent;

/// llama.cpp's libraries as the other side of timings.
pub struct Opponents {
    base: Oracle,
    by_backend: Vec<(Backend, CpuVariant)>,
}

impl Opponents {
    /// Opens a build for each backend: the named one, or that for the backend's own instructions where this machine
    /// can run it.
    ///
    /// # Errors
    /// The named build does not open.
    pub fn open(base: Oracle, backends: &[Backend], named: Option<&str>) -> Result<Self, OracleError> {
        let mut by_backend = Vec::new();
        for &backend in backends {
            let cpu = match named {
                Some(name) => Some(CpuVariant::open(base.directory(), name)?),
                None => builds(backend).iter().find_map(|name| CpuVariant::open(base.directory(), name).ok()),
            };
            by_backend.extend(cpu.map(|cpu| (backend, cpu)));
        }
        Ok(Self { base, by_backend })
    }

    /// The other side of a backend's timings, where there is one.
    pub fn of(&self, backend: Backend) -> Option<Opponent<'_>> {
        let (_, cpu) = self.by_backend.iter().find(|(of, _)| *of == backend)?;
        Some(Opponent { base: &self.base, cpu })
    }

    /// The folder of the libraries.
    #[cfg(target_vendor = "apple")]
    pub fn directory(&self) -> &std::path::Path {
        self.base.directory()
    }

    /// What is timed, for the record.
    pub fn implementations(&self) -> impl Iterator<Item = Implementation> + '_ {
        let version = format!("{} (ggml {}, {})", Pins::load().version, self.base.version(), self.base.commit());
        self.by_backend.iter().map(move |(_, cpu)| Implementation {
            name: "llama.cpp".to_owned(),
            version: version.clone(),
            variant: cpu.name().to_owned(),
        })
    }
}
