//! The main job, step by step: conformance, sizes, timings, each result into the record as it comes.

mod against;
mod gate;
#[cfg(target_vendor = "apple")]
mod gpu;
mod models;
mod plan;
mod selection;
mod timing;

pub use against::Against;
pub use plan::Plan;
pub use selection::{ModelLook, Selection};
