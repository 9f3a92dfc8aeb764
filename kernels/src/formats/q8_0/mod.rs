//! Q8_0: 32 signed 8-bit codes and one scale; 8.5 bits a weight. Also an activation format.
//!
//! The block is drawn in [`activation::q8_0`](crate::activation::q8_0): the products of other formats read it too.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod scalar;

pub use crate::activation::q8_0::Block;
