//! What several formats share: decoding of scales, codebooks, and the searches of their quantizers.

pub(crate) mod e2m1;
pub(crate) mod e8m0;
pub(crate) mod extremes;
pub(crate) mod fifth_bit;
pub(crate) mod float_dot;
pub(crate) mod integer_dot;
pub(crate) mod iq4;
pub(crate) mod nibbles;
pub(crate) mod ternary;
pub(crate) mod ue4m3;
