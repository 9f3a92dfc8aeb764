//! BF16 by Advanced SIMD.

use std::arch::aarch64::float32x4_t;

use super::{Block, scalar};
use crate::product::neon::floats::{Floats, Floats8};
use crate::simd::aarch64::Neon;

pub(crate) type Kernel = Floats<Load>;

pub(crate) struct Load;

impl Floats8 for Load {
    type Scalar = scalar::Kernel;

    #[inline(always)]
    fn eight(s: Neon, numbers: &[Block; 8]) -> [float32x4_t; 2] {
        // The upper half of the f32.
        let bits = s.load_u16(numbers);
        [s.shift_up_low_u16(bits), s.shift_up_high_u16(bits)]
    }
}
