//! MXFP4: 32 E2M1 codes and one power of two; 4.25 bits a weight.
//!
//! ```text
//! byte   0   1 ............... 16
//!      | e | qs: 16 bytes        |
//! qs[j]: bits 0-3 code of weight j, bits 4-7 code of weight j + 16
//! ```
//!
//! `x = 2^(e - 127) * E2M1(q)`. Source: ggml `block_mxfp4`; OCP Microscaling Formats 1.0.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout};
use crate::format::Format;

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
    /// Scale, E8M0.
    pub e: u8,
    /// Codes, two a byte.
    pub qs: [u8; 16],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::MXFP4;
}

assert_layout!(Block);
