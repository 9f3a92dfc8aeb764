//! Q8_1: 32 signed 8-bit codes, a scale, and the scaled sum of the codes; 9 bits a weight. An activation format.
//!
//! The block is drawn in [`activation::q8_1`](crate::activation::q8_1): the products of other formats read it too.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod scalar;

pub use crate::activation::q8_1::Block;
