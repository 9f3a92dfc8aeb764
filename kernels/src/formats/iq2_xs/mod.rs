//! IQ2_XS: groups of 8 weights from a codebook of 512, each sub-block of 16 with a 4-bit scale; 2.3125 bits a weight.
//!
//! ```text
//! byte   0   1   2 ............. 65   66 ........ 73
//!      | d f16 | qs: u16 x 32      | scales: 8 bytes |
//! qs[j]: bits 0-8 codebook index of group j (8 weights), bits 9-15 its sign code
//! scales[j]: bits 0-3 the scale s of sub-block 2j (16 weights), bits 4-7 that of sub-block 2j + 1
//! ```
//!
//! `x = +-d * (s + 1/2) / 4 * g`, g from 8, 25, 43. A sign code gives 7 signs; the eighth makes the number of minus
//! signs even. Source: ggml `block_iq2_xs`.

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
    /// Codebook index and signs of each group.
    pub qs: [U16; 32],
    /// Scales of the sub-blocks, two a byte.
    pub scales: [u8; 8],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ2_XS;
}

scaled!(Block: d);
assert_layout!(Block);
