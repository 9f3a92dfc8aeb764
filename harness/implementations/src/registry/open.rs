//! From a name to an implementation.

use std::path::Path;

use quantmark_kernels::Backend;
use quantmark_kernels::backend::UnknownBackend;
use quantmark_metal_emulator::Mode;

use super::entry::Entry;
use super::error::OpenError;
use super::ik_llama_cpp::IkLlamaCpp;
use super::llama_cpp::LlamaCpp;
use crate::implementation::Implementation;
use crate::metal::{EMULATED, Emulator, Shaders};
use crate::protocol::Named;
use crate::quantmark::OurBackend;

/// Implementations of others.
static ENTRIES: [&dyn Entry; 2] = [&LlamaCpp, &IkLlamaCpp];

/// The entry of a name.
///
/// # Errors
/// There is none.
pub fn entry(name: &str) -> Result<&'static dyn Entry, OpenError> {
    ENTRIES.into_iter().find(|entry| entry.name() == name).ok_or_else(|| OpenError::Unknown {
        name: name.to_owned(),
        known: ENTRIES.iter().map(|entry| entry.name().to_owned()).collect(),
    })
}

/// The entry and the variant that `NAME-VARIANT` names; `None` where it is the name of no entry.
pub fn named(name: &str) -> Option<(&'static dyn Entry, &str)> {
    ENTRIES.into_iter().find_map(|entry| Some((entry, name.strip_prefix(entry.name())?.strip_prefix('-')?)))
}

/// Opens what a worker is told to open, in this very process.
///
/// # Errors
/// The machine lacks it, or there is none of that name.
pub fn open(what: &Named) -> Result<Box<dyn Implementation>, OpenError> {
    if let Some((entry, variant)) = named(&what.name) {
        return entry.open(what.libraries.as_deref(), variant);
    }
    if what.name == EMULATED {
        return Ok(Box::new(Shaders::new(EMULATED, Emulator::new(Mode::Guarded).map_err(OpenError::Machine)?)));
    }
    let backend: Backend = what.name.parse().map_err(|error: UnknownBackend| OpenError::Machine(error.to_string()))?;
    let available = backend.detect().map_err(|error| OpenError::Machine(error.to_string()))?;
    #[cfg(target_vendor = "apple")]
    if backend == Backend::Metal {
        let gpu = crate::metal::Gpu::new().map_err(OpenError::Machine)?;
        return Ok(Box::new(Shaders::new(backend.name(), gpu)));
    }
    Ok(Box::new(OurBackend::new(available)))
}

/// An implementation of others beside each backend.
pub type Beside = Vec<(Backend, Box<dyn Implementation + Sync>)>;

/// Opens an implementation of others for each backend: the variant that is named, or the first that uses the backend's
/// instructions and runs here. Backends without one are left out.
///
/// # Errors
/// It is not installed, or the named variant does not open.
pub fn beside(
    entry: &dyn Entry,
    libraries: Option<&Path>,
    variant: Option<&str>,
    backends: &[Backend],
) -> Result<Beside, OpenError> {
    let mut opened = Beside::new();
    for &backend in backends {
        let usual = entry.variants(backend);
        for candidate in variant.iter().chain(if variant.is_none() { usual } else { &[] }) {
            match entry.beside(libraries, candidate) {
                Ok(implementation) => {
                    opened.push((backend, implementation));
                    break;
                }
                // A machine that cannot run the best build may run the next.
                Err(OpenError::Variant(_)) if variant.is_none() => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(opened)
}
