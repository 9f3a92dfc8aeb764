//! Q4_K: super-blocks of 8 sub-blocks of 32; 4-bit codes, 6-bit scales and minimums; 4.5 bits a weight.
//!
//! ```text
//! byte   0   1   2   3   4 ......... 15   16 ......... 143
//!      | d f16 | dmin f16 | scales: 12 B | qs: 128 bytes   |
//! scales: see `codec::six_bit_scales`
//! qs[32k + l], k 0 to 3, l 0 to 31: bits 0-3 code of weight 64k + l, bits 4-7 of weight 64k + 32 + l
//! ```
//!
//! `x = (d * scale) * q - dmin * minimum`. Source: ggml `block_q4_K`.

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
    /// Scale of the scales.
    pub d: F16,
    /// Scale of the minimums.
    pub dmin: F16,
    /// Scales and minimums of the sub-blocks, packed.
    pub scales: [u8; 12],
    /// Codes, two a byte.
    pub qs: [u8; 128],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q4_K;
}

scaled!(Block: d, dmin);
assert_layout!(Block);
