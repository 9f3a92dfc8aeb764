//! Which of llama.cpp's builds uses the instructions of which backend.

use quantmark_kernels::Backend;

/// llama.cpp's builds without any extension, where backends have none.
const BASE: &[&str] = if cfg!(target_arch = "x86_64") { &["x64"] } else { &["armv8.0_1"] };

/// For each backend the builds that use what it uses, best first.
const BUILDS: &[(Backend, &[&str])] = &[
    (Backend::Scalar, BASE),
    (Backend::Avx2, &["haswell"]),
    (Backend::Avx512, &["zen4", "icelake", "cascadelake", "skylakex"]),
    (Backend::Neon, &["armv8.0_1"]),
    (Backend::NeonDotprod, &["armv8.2_1"]),
    (Backend::NeonI8mm, &["armv8.6_1"]),
];

/// The builds of llama.cpp that use what a backend uses, best first; none for backends that it has no build for.
pub fn builds(backend: Backend) -> &'static [&'static str] {
    BUILDS.iter().find(|(of, _)| *of == backend).map_or(&[], |(_, builds)| builds)
}

/// How llama.cpp's builds are named where they are under test: this and the build.
pub const PREFIX: &str = "llama.cpp-";
