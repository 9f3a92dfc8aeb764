//! Q8_K: 256 signed 8-bit codes, one scale and the sums of the codes; the activation format of the 256-wide formats.
//!
//! The block is drawn in [`activation::q8_k`](crate::activation::q8_k): the products of other formats read it too.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod scalar;

pub use crate::activation::q8_k::Block;
