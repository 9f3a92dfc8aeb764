//! What several formats share: decoding of scales, codebooks, and the searches of their quantizers.

pub(crate) mod affine_fit;
pub(crate) mod e2m1;
pub(crate) mod e8m0;
pub(crate) mod extremes;
pub(crate) mod fifth_bit;
pub(crate) mod float_dot;
pub(crate) mod importance;
pub(crate) mod integer_dot;
pub(crate) mod iq1;
pub(crate) mod iq2;
pub(crate) mod iq3;
pub(crate) mod iq4;
pub mod iq_grids;
pub(crate) mod k_affine;
pub(crate) mod k_dot;
pub(crate) mod lanes;
pub(crate) mod near_points;
pub(crate) mod nibbles;
pub(crate) mod positive_fit;
pub(crate) mod signs;
pub(crate) mod six_bit_scales;
pub(crate) mod symmetric_descent;
pub(crate) mod symmetric_fit;
pub(crate) mod ternary;
pub(crate) mod two_bit_codes;
pub(crate) mod ue4m3;
