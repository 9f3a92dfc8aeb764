//! Q5_1: 32 5-bit codes, a scale and a minimum; 6 bits a weight.
//!
//! ```text
//! byte   0   1   2   3   4 ..... 7   8 ............... 23
//!      | d f16 | m f16 | qh u32      | qs: 16 bytes        |
//! qs[j]: bits 0-3 low bits of weight j, bits 4-7 low bits of weight j + 16
//! qh: bit j is bit 4 of weight j
//! ```
//!
//! `x = d * q + m`. Source: ggml `block_q5_1`.

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

/// 32 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F16,
    /// Minimum.
    pub m: F16,
    /// Fifth bits.
    pub qh: U32,
    /// Low bits, two codes a byte.
    pub qs: [u8; 16],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q5_1;
}

scaled!(Block: d, m);
assert_layout!(Block);
