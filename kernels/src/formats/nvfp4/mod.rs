//! NVFP4: 64 E2M1 codes and a UE4M3 scale for each 16 of them; 4.5 bits a weight.
//!
//! ```text
//! byte   0 ..... 3   4 ............... 35
//!      | d: 4 bytes | qs: 32 bytes        |
//! sub-block s: scale d[s], codes qs[8 s .. 8 s + 8]; of its byte j bits 0-3 are weight 16 s + j,
//! bits 4-7 weight 16 s + j + 8
//! ```
//!
//! `x = UE4M3(d) * E2M1(q)`. Source: ggml `block_nvfp4`.

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

/// 64 weights in four sub-blocks.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scales, UE4M3.
    pub d: [u8; 4],
    /// Codes, two a byte.
    pub qs: [u8; 32],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::NVFP4;
}

assert_layout!(Block);
