//! IQ3_S: groups of 4 magnitudes from a codebook of 512, a sign for each weight, and a 4-bit scale for every 32
//! weights; 3.4375 bits a weight.
//!
//! ```text
//! byte   0   1   2 ......... 65   66 ..... 73   74 ........ 105   106 ....... 109
//!      | d f16 | qs: 64 bytes  | qh: 8 bytes | signs: 32 bytes | scales: 4 bytes |
//! qs[8j + k]: bits 0-7 of the codebook index of group k (4 weights) of sub-block j (32 weights)
//! qh[j]: bit k is bit 8 of the index of group k
//! signs[i]: bit l is set where weight 8i + l is negative
//! scales[j]: bits 0-3 the scale s of sub-block 2j, bits 4-7 of sub-block 2j + 1
//! ```
//!
//! `x = d * (2s + 1) * +-g`, g odd from 1 to 15. Source: ggml `block_iq3_s`.

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
    pub qs: [u8; 64],
    /// High bits of the codebook indices.
    pub qh: [u8; 8],
    /// Signs, a bit a weight.
    pub signs: [u8; 32],
    /// Scales of the sub-blocks, two a byte.
    pub scales: [u8; 4],
}

impl Block {
    /// The scale of sub-block `j` of 32 weights, 0 to 15.
    pub(crate) fn scale(&self, j: usize) -> u8 {
        self.scales[j / 2] >> (4 * (j % 2)) & 15
    }

    /// The codebook index of group `k` of 4 weights.
    pub(crate) fn index(&self, k: usize) -> usize {
        usize::from(self.qs[k]) | usize::from(self.qh[k / 8] >> (k % 8) & 1) << 8
    }
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ3_S;
}

scaled!(Block: d);
assert_layout!(Block);
