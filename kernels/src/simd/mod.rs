//! What instruction sets have of their own: detection, primitives, and the functions that enter a backend.

pub(crate) mod baseline;
pub(crate) mod detect;
pub(crate) mod ran;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;
