//! The backends: a table of tiers, the CPU features that each needs, and the proof that a machine has one.

mod available;
mod feature;
mod tier;

pub use available::{Available, Unavailable};
pub use feature::{Feature, Features};
pub use tier::{Backend, Hardware, Tier, UnknownBackend};
