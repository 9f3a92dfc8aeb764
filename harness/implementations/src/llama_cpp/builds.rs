//! Which of llama.cpp's builds uses the instructions of which backend.

use std::env::consts::ARCH;

use quantmark_kernels::Backend;

/// How llama.cpp's builds are named where they are under test: this and the build.
pub const PREFIX: &str = "llama.cpp-";

/// A backend of ours and the builds that use what it uses, best first.
const BUILDS: &[(&str, &[&str])] = &[
    ("avx2", &["haswell"]),
    ("avx512", &["zen4", "icelake", "cascadelake", "skylakex"]),
    ("neon", &["armv8.0_1"]),
    ("neon_dotprod", &["armv8.2_1"]),
    ("neon_i8mm", &["armv8.6_1"]),
];

/// An architecture and the build that uses no more than it always has.
const BASELINES: &[(&str, &[&str])] = &[("x86_64", &["x64"]), ("aarch64", &["armv8.0_1"])];

/// The builds of llama.cpp that use what a backend uses, best first; none where there is no such build.
pub fn builds(backend: Backend) -> &'static [&'static str] {
    let (rows, key) = if backend == Backend::Scalar { (BASELINES, ARCH) } else { (BUILDS, backend.name()) };
    rows.iter().find(|(name, _)| *name == key).map_or(&[], |(_, builds)| builds)
}
