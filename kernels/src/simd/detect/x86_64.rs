//! By CPUID, and what the operating system saves of the registers.

use super::NOT_BUILT;
use crate::backend::Backend;

/// What this machine lacks for a backend; `None` where it lacks nothing.
pub(crate) fn missing(backend: Backend) -> Option<&'static str> {
    macro_rules! first_missing {
        ($($feature:tt)+) => {{
            $(if !std::arch::is_x86_feature_detected!($feature) {
                return Some(concat!("the machine lacks ", $feature));
            })+
            None
        }};
    }
    match backend {
        Backend::Scalar => None,
        Backend::Avx2 => first_missing!("avx2" "fma" "f16c"),
        Backend::Avx512 => {
            first_missing!("avx2" "fma" "f16c" "avx512f" "avx512bw" "avx512vl" "avx512dq" "avx512vbmi" "avx512vnni")
        }
        Backend::Neon | Backend::NeonDotprod | Backend::NeonI8mm | Backend::Metal => Some(NOT_BUILT),
    }
}
