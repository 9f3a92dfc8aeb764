//! One folder a format: `mod.rs` holds the block and its layout, `scalar.rs` the portable kernels, and each further
//! backend a file of its own.

pub mod q2_k;
pub mod q3_k;
pub mod q4_0;
pub mod q4_k;
pub mod q5_k;
pub mod q6_k;
pub mod q8_0;
pub mod q8_k;
