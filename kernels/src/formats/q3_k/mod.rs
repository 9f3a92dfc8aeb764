//! Q3_K: super-blocks of 16 sub-blocks of 16; 3-bit codes around 4, 6-bit scales around 32; 3.4375 bits a weight.
//!
//! ```text
//! byte   0 .......... 31   32 ....... 95   96 ....... 107   108 109
//!      | hmask: 32 bytes | qs: 64 bytes  | scales: 12 B   | d f16   |
//! hmask[l], l 0 to 31: bit k is bit 2 of the code of weight 32k + l
//! qs[32h + l], h 0 or 1, l 0 to 31: bits 2k, 2k + 1 are bits 0, 1 of the code of weight 128h + 32k + l
//! scales[j], j 0 to 7: bits 0-3 of scale j, and from bit 4 on of scale j + 8
//! scales[8 + j], j 0 to 3: bits 2k, 2k + 1 are bits 4, 5 of scale 4k + j
//! ```
//!
//! `x = (d * (scale - 32)) * (q - 4)`. Source: ggml `block_q3_K`.

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
    /// High bits of the codes, eight a byte.
    pub hmask: [u8; 32],
    /// Low bits of the codes, four a byte.
    pub qs: [u8; 64],
    /// Scales of the sub-blocks, packed.
    pub scales: [u8; 12],
    /// Scale of the scales.
    pub d: F16,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q3_K;
}

scaled!(Block: d);
assert_layout!(Block);
