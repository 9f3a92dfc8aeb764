//! One folder a format: `mod.rs` holds the block and its layout, `scalar.rs` the portable kernels, and each further
//! backend a file of its own.

pub mod iq1_m;
pub mod iq1_s;
pub mod iq3_s;
pub mod iq3_xxs;
pub mod q4_0;
pub mod q8_0;
pub mod q8_k;
