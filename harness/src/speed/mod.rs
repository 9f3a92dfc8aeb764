//! How fast: interleaved samples of real work, and the roof that memory puts over it.

mod awake;
mod error;
#[cfg(target_vendor = "apple")]
pub mod gpu;
pub mod ik_llama;
pub mod model;
pub mod placed;
pub mod roof;
pub mod run;
pub mod sampling;
pub mod statistics;
pub mod suite;
pub mod work;

pub use error::SpeedError;
