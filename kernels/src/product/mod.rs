//! How unpacked codes become products: a folder an instruction set, in it a file for each way a format's scales lie.
//!
//! A kernel is three layers: unpacking (`formats/*/ISA.rs`), the integer dot product (`simd`), and scaling and adding
//! up, which is here, once for all formats of a family.
//!
//! `dot` adds in the order that suits one row. `matvec` and `matmul` take rows side by side and add the blocks of a row
//! one after another, by one fused multiply-add a block: their results agree bit for bit, whatever the batch and
//! whichever rows go together.

#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
pub(crate) mod activations;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
mod tile;
