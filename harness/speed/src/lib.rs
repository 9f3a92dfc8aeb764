//! How fast: interleaved samples of real work, and the roof that memory puts over it.

mod awake;
pub mod buffers;
pub mod cost;
mod error;
#[cfg(target_vendor = "apple")]
pub mod gpu;
pub mod model;
pub mod roof;
pub mod run;
pub mod sampling;
pub mod suite;

pub use error::SpeedError;
