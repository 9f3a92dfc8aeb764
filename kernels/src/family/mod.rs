//! What several formats share: decoding of scales, codebooks, and the searches of their quantizers.

pub(crate) mod iq1;
pub(crate) mod iq3;
pub mod iq_grids;
pub(crate) mod near_points;
pub mod signed_max;
pub(crate) mod signs;
