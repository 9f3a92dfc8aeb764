//! The blocks that activations are quantized to for a product. They lie below the products, which every format's kernels
//! are made of; their own kernels are with those of the other formats, in [`formats`](crate::formats).

#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
pub(crate) mod of_32;
pub mod q8_0;
pub mod q8_1;
pub mod q8_k;
