//! The backends, and the proof that a machine has one.

use std::fmt;
use std::str::FromStr;

use crate::metal;
use crate::simd::detect;

/// An instruction set, or a device, that kernels are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backend {
    /// Portable Rust; every machine has it.
    Scalar,
    /// x86-64 with AVX2, FMA and F16C.
    Avx2,
    /// x86-64 with AVX-512 F, BW, VL, DQ, VBMI and VNNI: Ice Lake and Zen 4 on.
    Avx512,
    /// AArch64 Advanced SIMD.
    Neon,
    /// Advanced SIMD with the dot product extension.
    NeonDotprod,
    /// Advanced SIMD with the 8-bit matrix extension.
    NeonI8mm,
    /// Apple GPUs.
    Metal,
}

impl Backend {
    /// Every backend, weakest of its family first.
    pub const ALL: &[Backend] =
        &[Self::Scalar, Self::Avx2, Self::Avx512, Self::Neon, Self::NeonDotprod, Self::NeonI8mm, Self::Metal];

    /// The backends that run on a CPU, in the order of [`Backend::ALL`].
    pub const CPU: &[Backend] =
        &[Self::Scalar, Self::Avx2, Self::Avx512, Self::Neon, Self::NeonDotprod, Self::NeonI8mm];

    /// The backend's name in records and on command lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Neon => "neon",
            Self::NeonDotprod => "neon_dotprod",
            Self::NeonI8mm => "neon_i8mm",
            Self::Metal => "metal",
        }
    }

    /// Asks the machine for the backend.
    ///
    /// # Errors
    /// What is missing, for people to read.
    pub fn detect(self) -> Result<Available, Unavailable> {
        let missing = if self == Self::Metal { metal::missing() } else { detect::missing(self) };
        match missing {
            None => Ok(Available(self)),
            Some(reason) => Err(Unavailable { backend: self, reason }),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Backend {
    type Err = UnknownBackend;

    fn from_str(name: &str) -> Result<Self, UnknownBackend> {
        Self::ALL.iter().copied().find(|backend| backend.name() == name).ok_or_else(|| UnknownBackend(name.to_owned()))
    }
}

/// A backend that this machine has; only [`Backend::detect`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Available(Backend);

impl Available {
    /// The strongest of the CPU's backends that this machine has, none above `limit`.
    pub fn strongest(limit: Option<Backend>) -> Self {
        let within = Backend::CPU.iter().filter(|&&backend| limit.is_none_or(|limit| backend <= limit));
        within.rev().find_map(|backend| backend.detect().ok()).expect("every machine has the scalar backend")
    }

    /// Which backend it is.
    pub const fn backend(self) -> Backend {
        self.0
    }
}

/// A backend that this machine or this build lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// The backend asked for.
    pub backend: Backend,
    /// What is missing.
    pub reason: &'static str,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "backend {} is not available: {}", self.backend, self.reason)
    }
}

impl std::error::Error for Unavailable {}

/// A name that no backend has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBackend(pub String);

impl fmt::Display for UnknownBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown backend `{}`; backends are", self.0)?;
        Backend::ALL.iter().try_for_each(|backend| write!(f, " {backend}"))
    }
}

impl std::error::Error for UnknownBackend {}
