//! What the blocks of Q8_0 and Q8_1 have in common.

use super::{q8_0, q8_1};
use crate::block::Scaled;
use crate::numeric::F16;

/// An activation block of 32.
pub(crate) trait Of32: Scaled {
    /// Codes.
    fn codes(&self) -> &[i8; 32];
    /// Scaled sum of the codes; 0 for formats that do not store it.
    fn s(&self) -> F16;
}

impl Of32 for q8_0::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn s(&self) -> F16 {
        F16::from_bits(0)
    }
}

impl Of32 for q8_1::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn s(&self) -> F16 {
        self.s
    }
}
