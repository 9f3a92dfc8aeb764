//! IQ2_XXS: groups of 8 weights from a codebook of 256, each sub-block of 32 with a 4-bit scale; 2.0625 bits a weight.
//!
//! ```text
//! byte   0   1   2 ................. 65
//!      | d f16 | groups: 8 bytes x 8    |
//! sub-block: | index: u8 x 4 | word: u32 |
//! word: bits 7k to 7k + 6 sign code of group k, bits 28-31 the scale s
//! ```
//!
//! `x = +-d * (s + 1/2) / 4 * g`, g from 8, 25, 43. A sign code gives 7 signs; the eighth makes the number of minus
//! signs even. Source: ggml `block_iq2_xxs`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout, scaled};
use crate::format::Format;
use crate::numeric::{F16, U32};

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
    /// The eighths of the block.
    pub sub_blocks: [SubBlock; 8],
}

/// 32 weights.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct SubBlock {
    /// Codebook indices, one for 8 weights.
    pub index: [u8; 4],
    /// Signs and scale.
    pub word: U32,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ2_XXS;
}

scaled!(Block: d);
assert_layout!(Block);
