//! The main job, step by step: conformance, sizes, timings, each result into the record as it comes.

mod gate;
mod opponents;
mod plan;
mod progress;
mod selection;
mod timing;

pub use opponents::Opponents;
pub use plan::Plan;
pub use progress::Progress;
pub use selection::Selection;
