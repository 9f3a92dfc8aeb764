//! IQ4_NL: 32 4-bit indices of a fixed non-linear codebook and one scale; 4.5 bits a weight.
//!
//! ```text
//! byte   0   1   2 ............... 17
//!      | d f16 | qs: 16 bytes        |
//! qs[j]: bits 0-3 index of weight j, bits 4-7 index of weight j + 16
//! ```
//!
//! `x = d * codebook[q]`. Source: ggml `block_iq4_nl`.

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

/// 32 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F16,
    /// Indices, two a byte.
    pub qs: [u8; 16],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ4_NL;
}

scaled!(Block: d);
assert_layout!(Block);
