//! What several formats share: decoding of scales, codebooks, and the searches of their quantizers.

pub(crate) mod affine_fit;
pub(crate) mod importance;
pub(crate) mod k_affine;
pub(crate) mod k_dot;
pub(crate) mod lanes;
pub(crate) mod positive_fit;
pub mod signed_max;
pub(crate) mod six_bit_scales;
pub(crate) mod symmetric_descent;
pub(crate) mod symmetric_fit;
pub(crate) mod two_bit_codes;
