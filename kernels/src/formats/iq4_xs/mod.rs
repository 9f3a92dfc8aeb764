//! IQ4_XS: 256 4-bit indices of the codebook of IQ4_NL, a 6-bit scale for each 32; 4.25 bits a weight.
//!
//! ```text
//! byte   0   1   2       3   4 ........ 7   8 ............ 135
//!      | d f16 | scales_h   | scales_l     | qs: 128 bytes     |
//! scales_l: nibble b is bits 0-3 of the scale of sub-block b; scales_h: bits 2 b and 2 b + 1 are its bits 4, 5
//! qs[16 b + j]: bits 0-3 index of weight 32 b + j, bits 4-7 index of weight 32 b + j + 16
//! ```
//!
//! `x = d * (scale - 32) * codebook[q]`. Source: ggml `block_iq4_xs`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout, scaled};
use crate::format::Format;
use crate::numeric::{F16, U16};

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod scalar;

/// 256 weights in eight sub-blocks.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale of the scales.
    pub d: F16,
    /// High bits of the sub-block scales.
    pub scales_h: U16,
    /// Low bits of the sub-block scales.
    pub scales_l: [u8; 4],
    /// Indices, two a byte.
    pub qs: [u8; 128],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ4_XS;
}

scaled!(Block: d);
assert_layout!(Block);
