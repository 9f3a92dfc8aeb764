//! IQ1_S: groups of 8 ternary weights from a codebook of 2048, each sub-block of 32 with a 3-bit scale and a shift of
//! all its weights by an eighth up or down; 1.5625 bits a weight.
//!
//! ```text
//! byte   0   1   2 ............. 33   34 ............ 49
//!      | d f16 | qs: 32 bytes      | qh: u16 x 8        |
//! qs[4j + k]: bits 0-7 of the codebook index of group k (8 weights) of sub-block j (32 weights)
//! qh[j]: bits 3k to 3k + 2 are bits 8-10 of the index of group k, bits 12-14 the scale s, bit 15 the shift's sign
//! ```
//!
//! `x = d * (2s + 1) * (g +- 1/8)`, g from -1 to 1. Source: ggml `block_iq1_s`.

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

/// 256 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F16,
    /// Low bits of the codebook indices.
    pub qs: [u8; 32],
    /// High bits of the indices, scale and shift of each sub-block.
    pub qh: [U16; 8],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ1_S;
}

scaled!(Block: d);
assert_layout!(Block);
