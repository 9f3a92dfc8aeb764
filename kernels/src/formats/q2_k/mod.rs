//! Q2_K: super-blocks of 16 sub-blocks of 16; 2-bit codes, 4-bit scales and minimums; 2.625 bits a weight.
//!
//! ```text
//! byte   0 ........ 15   16 ....... 79   80  81   82  83
//!      | scales: 16 B  | qs: 64 bytes  | d f16 | dmin f16 |
//! scales[j]: bits 0-3 scale of sub-block j, bits 4-7 its minimum
//! qs[32h + l], h 0 or 1, l 0 to 31: bits 2k, 2k + 1 code of weight 128h + 32k + l
//! ```
//!
//! `x = (d * scale) * q - dmin * minimum`. Source: ggml `block_q2_K`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout, scaled};
use crate::format::Format;
use crate::numeric::F16;

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod scalar;

/// 256 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale and minimum of each sub-block.
    pub scales: [u8; 16],
    /// Codes, four a byte.
    pub qs: [u8; 64],
    /// Scale of the scales.
    pub d: F16,
    /// Scale of the minimums.
    pub dmin: F16,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q2_K;
}

scaled!(Block: d, dmin);
assert_layout!(Block);
