//! On architectures that have no backend of their own.

use super::NOT_BUILT;
use crate::backend::Backend;

/// What this machine lacks for a backend; `None` where it lacks nothing.
pub(crate) fn missing(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Scalar => None,
        Backend::Avx2 | Backend::Avx512 | Backend::Neon | Backend::NeonDotprod | Backend::NeonI8mm | Backend::Metal => {
            Some(NOT_BUILT)
        }
    }
}
