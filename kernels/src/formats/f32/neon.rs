//! F32 by Advanced SIMD.

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
        let (fours, _) = numbers.as_chunks::<4>();
        [s.load_f32(&fours[0]), s.load_f32(&fours[1])]
    }
}
