//! IQ1_M: groups of 8 ternary weights from IQ1_S's codebook, each with its own shift by an eighth up or down, and a
//! 3-bit scale for every 16 weights; 1.75 bits a weight.
//!
//! ```text
//! byte   0 ......... 31   32 ......... 47   48 ......... 55
//!      | qs: 32 bytes   | qh: 16 bytes    | scales: u16 x 4 |
//! qs[2j + k]: bits 0-7 of the codebook index of group k (8 weights) of sub-block j (16 weights)
//! qh[j]: bits 4k to 4k + 2 are bits 8-10 of the index of group k, bit 4k + 3 the sign of its shift
//! scales[j]: bits 0-11 the scales s of sub-blocks 4j to 4j + 3, 3 bits each; bits 12-15 are bits 4j to 4j + 3 of d
//! ```
//!
//! `x = d * (2s + 1) * (g +- 1/8)`, g from -1 to 1. Source: ggml `block_iq1_m`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, Scaled, assert_layout};
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
    /// Low bits of the codebook indices.
    pub qs: [u8; 32],
    /// High bits of the indices, and the shifts.
    pub qh: [u8; 16],
    /// Scales of the sub-blocks, and the block's scale in the four upper quarters.
    pub scales: [U16; 4],
}

impl Block {
    /// The scale of sub-block `j` of 16 weights, 0 to 7.
    pub(crate) fn scale(&self, j: usize) -> u16 {
        self.scales[j / 4].get() >> (3 * (j % 4)) & 7
    }

    /// The codebook index of group `k` of 8 weights.
    pub(crate) fn index(&self, k: usize) -> usize {
        usize::from(self.qs[k]) | usize::from(self.qh[k / 2] >> (4 * (k % 2)) & 7) << 8
    }

    /// Whether the shift of group `k` of 8 weights is downwards.
    pub(crate) fn shifts_down(&self, k: usize) -> bool {
        self.qh[k / 2] & 8 << (4 * (k % 2)) != 0
    }
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ1_M;
}

impl Scaled for Block {
    /// The scale, of which each word of [`Block::scales`] has four bits.
    fn d(&self) -> F16 {
        F16::from_bits((0..4).fold(0, |bits, j| bits | self.scales[j].get() >> 12 << (4 * j)))
    }
}

assert_layout!(Block);
