//! How fast: interleaved samples of real work, and the roof that memory puts over it.

mod awake;
pub mod cost;
mod error;
#[cfg(target_vendor = "apple")]
pub mod gpu;
pub mod ik_llama;
pub mod model;
pub mod opponents;
pub mod placed;
pub mod roof;
pub mod run;
pub mod sampling;
pub mod suite;
pub mod work;

pub use error::SpeedError;
