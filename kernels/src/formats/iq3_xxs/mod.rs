//! IQ3_XXS: groups of 4 magnitudes from a codebook of 256, signs of which every eighth follows from the seven before
//! it, and a 4-bit scale for every 32 weights; 3.0625 bits a weight.
//!
//! ```text
//! byte   0   1   2 ......... 65   66 ......... 97
//!      | d f16 | qs: 64 bytes  | words: u32 x 8  |
//! qs[8j + k]: codebook index of group k (4 weights) of sub-block j (32 weights)
//! words[j]: bits 7i to 7i + 6 code the signs of weights 8i to 8i + 7 of sub-block j, bits 28-31 are the scale s
//! ```
//!
//! `x = d * (s + 1/2) / 2 * +-g`, g from 4 to 62. The sign of the eighth weight makes the number of minus signs even.
//! Source: ggml `block_iq3_xxs`.

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
    /// Codebook indices.
    pub qs: [u8; 64],
    /// Signs and scale of each sub-block.
    pub words: [U32; 8],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::IQ3_XXS;
}

scaled!(Block: d);
assert_layout!(Block);
