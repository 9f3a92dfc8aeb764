//! Which of llama.cpp's builds uses the instructions of which backend.

use quantmark_kernels::Backend;

/// The builds of llama.cpp that use what a backend uses, best first.
pub const fn builds(backend: Backend) -> &'static [&'static str] {
    match backend {
        Backend::Scalar if cfg!(target_arch = "x86_64") => &["x64"],
        Backend::Scalar => &["armv8.0_1"],
        Backend::Avx2 => &["haswell"],
        Backend::Avx512 => &["zen4", "icelake", "cascadelake", "skylakex"],
        Backend::Neon => &["armv8.0_1"],
        Backend::NeonDotprod => &["armv8.2_1"],
        Backend::NeonI8mm => &["armv8.6_1"],
        Backend::Metal => &[],
    }
}

/// How llama.cpp's builds are named where they are under test: this and the build.
pub const PREFIX: &str = "llama.cpp-";
