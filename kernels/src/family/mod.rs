//! What several formats share: decoding of scales, codebooks, and the searches of their quantizers.

pub mod iq_grids;
pub(crate) mod iq_search;
pub mod signed_max;
