//! Asking the machine for a backend.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
mod other;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::missing;
#[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
pub(crate) use other::missing;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::missing;

/// Why a backend of another architecture is missing.
const NOT_BUILT: &str = "no kernel of this backend is built into this program";
