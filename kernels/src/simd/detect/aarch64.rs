//! By what the operating system tells of the processor.

use super::NOT_BUILT;
use crate::backend::Backend;

/// What this machine lacks for a backend; `None` where it lacks nothing.
pub(crate) fn missing(backend: Backend) -> Option<&'static str> {
    macro_rules! first_missing {
        ($($feature:tt)+) => {{
            $(if !std::arch::is_aarch64_feature_detected!($feature) {
                return Some(concat!("the machine lacks ", $feature));
            })+
            None
        }};
    }
    match backend {
        Backend::Scalar => None,
        Backend::Neon => first_missing!("neon"),
        Backend::NeonDotprod => first_missing!("neon" "dotprod"),
        Backend::NeonI8mm => first_missing!("neon" "dotprod" "i8mm"),
        Backend::Avx2 | Backend::Avx512 | Backend::Metal => Some(NOT_BUILT),
    }
}
