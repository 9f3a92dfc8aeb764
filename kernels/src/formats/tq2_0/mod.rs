//! TQ2_0: 256 codes of -1, 0, 1 and one scale, four codes a byte; 2.0625 bits a weight.
//!
//! ```text
//! byte   0 ........... 63  64  65
//!      | qs: 64 bytes    | d f16 |
//! qs[32 h + m]: bits 2 l and 2 l + 1 code of weight 128 h + 32 l + m
//! ```
//!
//! `x = d * (q - 1)`; no quantizer writes code 3. Source: ggml `block_tq2_0`.

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
    /// Codes, four a byte.
    pub qs: [u8; 64],
    /// Scale.
    pub d: F16,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::TQ2_0;
}

scaled!(Block: d);
assert_layout!(Block);
