//! Asking the machine for a backend.

#[cfg(not(target_arch = "x86_64"))]
mod other;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use other::missing;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::missing;

/// Why a backend of another architecture is missing.
const NOT_BUILT: &str = "no kernel of this backend is built into this program";
