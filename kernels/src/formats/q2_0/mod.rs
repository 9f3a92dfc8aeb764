//! Q2_0: 64 2-bit codes around 1 and one scale; 2.25 bits a weight.
//!
//! ```text
//! byte   0   1   2 ............... 17
//!      | d f16 | qs: 16 bytes        |
//! qs[j]: bits 2 i and 2 i + 1 code of weight 4 j + i
//! ```
//!
//! `x = d * (q - 1)`; a quantizer, whose scale is the largest magnitude, never needs code 3. Source: ggml `block_q2_0`.

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

/// 64 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F16,
    /// Codes, four a byte.
    pub qs: [u8; 16],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q2_0;
}

scaled!(Block: d);
assert_layout!(Block);
