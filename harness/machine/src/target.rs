//! Target triples.

/// The one that this program was built for.
pub const OURS: &str = env!("QUANTMARK_TARGET");
