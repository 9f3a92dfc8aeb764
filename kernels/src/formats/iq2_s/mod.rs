//! IQ2_S: groups of 8 weights from a codebook of 1024, each sub-block of 16 with a 4-bit scale; 2.5625 bits a weight.
//!
//! ```text
//! byte   0   1   2 ....... 33   34 ....... 65   66 .. 73   74 ...... 81
//!      | d f16 | qs: 32 bytes | signs: 32     | qh: 8    | scales: 8   |
//! qs[j]: bits 0-7 of the codebook index of group j (8 weights)
//! signs[j]: bit i is set where weight i of group j is negative
//! qh[j]: bits 2k and 2k + 1 are bits 8 and 9 of the index of group 4j + k
//! scales[j]: bits 0-3 the scale s of sub-block 2j (16 weights), bits 4-7 that of sub-block 2j + 1
//! ```
//!
//! `x = +-d * (s + 1/2) / 4 * g`, g from 8, 25, 43. Source: ggml `block_iq2_s`, whose `qs` are our `qs` and `signs`.

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
    /// Scale.
    pub d: F16,
    /// Low bits of the codebook indices.
    pub qs: [u8; 32],
    /// Signs, one byte a group.
    pub signs: [u8; 32],
    /// High bits of the codebook indices.
    pub qh: [u8; 8],
    /// Scales of the sub-blocks, two a byte.
    pub scales: [u8; 8],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ2_S;
}

scaled!(Block: d);
assert_layout!(Block);
