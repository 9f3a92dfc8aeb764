//! The main job, step by step: conformance, sizes, timings, each result into the record as it comes.

mod gate;
#[cfg(target_vendor = "apple")]
mod gpu;
mod models;
mod plan;
mod rival;
mod selection;
mod timing;

pub use plan::Plan;
pub use rival::Rival;
pub use selection::{ModelLook, Selection};
