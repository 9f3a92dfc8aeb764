//! Another implementation with a model open.

use std::path::Path;

use quantmark_implementations::WholeModel;
use quantmark_implementations::registry::{OpenError, entry};
use quantmark_kernels::{Available, Backend};

use super::Failure;

/// Another implementation with a model open.
pub(super) struct Opponent {
    /// Its variant.
    pub(super) variant: String,
    pub(super) model: Box<dyn WholeModel>,
}

impl Opponent {
    /// Opens a model by the implementation and variant that are named, `NAME:VARIANT`, or without a variant by the one
    /// for the instructions that we use, or for fewer.
    ///
    /// # Errors
    /// There is no such implementation or variant, or it refuses the model.
    pub(super) fn open(name: &str, libraries: Option<&Path>, model: &Path, ours: Available) -> Result<Self, Failure> {
        let (word, named) = name.split_once(':').map_or((name, None), |(name, variant)| (name, Some(variant)));
        let entry = entry(word).map_err(|error| Failure::usage(format!("--against {error}")))?;
        let implementation = match named {
            Some(variant) => entry.beside(libraries, variant).map_err(Failure::environment)?,
            None => best(ours, |backend| {
                entry.variants(backend).iter().find_map(|variant| match entry.beside(libraries, variant) {
                    Err(OpenError::Variant(_)) => None,
                    opened => Some(opened),
                })
            })
            .ok_or_else(|| Failure::environment(format!("{word} has no variant for this CPU")))?
            .map_err(Failure::environment)?,
        };
        let variant = implementation.receipt().variant;
        let model = implementation.open_model(model).map_err(Failure::environment)?;
        Ok(Self { variant, model })
    }
}

/// The first that a backend gives, from ours down to the weakest.
fn best<T>(ours: Available, of: impl Fn(Backend) -> Option<T>) -> Option<T> {
    Backend::within(Some(ours.backend())).into_iter().find_map(of)
}

pub(super) fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
