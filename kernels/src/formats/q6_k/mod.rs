//! Q6_K: super-blocks of 16 sub-blocks of 16; 6-bit codes around 32, 8-bit scales; 6.5625 bits a weight.
//!
//! ```text
//! byte   0 ........ 127   128 ...... 191   192 ....... 207   208 209
//!      | ql: 128 bytes  | qh: 64 bytes   | scales: 16 i8   | d f16   |
//! l 0 to 31, h 0 or 1 (the half of 128 weights):
//! ql[64h + l]:      bits 0-3 of the code of weight 128h + l,      and from bit 4 on of weight 128h + 64 + l
//! ql[64h + 32 + l]: bits 0-3 of the code of weight 128h + 32 + l, and from bit 4 on of weight 128h + 96 + l
//! qh[32h + l]: bits 2k, 2k + 1 are bits 4, 5 of the code of weight 128h + 32k + l
//! ```
//!
//! `x = (d * scale) * (q - 32)`. Source: ggml `block_q6_K`.

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
    /// Low bits of the codes, two a byte.
    pub ql: [u8; 128],
    /// High bits of the codes, four a byte.
    pub qh: [u8; 64],
    /// Scales of the sub-blocks.
    pub scales: [i8; 16],
    /// Scale of the scales.
    pub d: F16,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q6_K;
}

scaled!(Block: d);
assert_layout!(Block);
