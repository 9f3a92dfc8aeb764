//! Q1_0: a sign each and one scale for 128 weights; 1.125 bits a weight.
//!
//! ```text
//! byte   0   1   2 ............... 17
//!      | d f16 | qs: 16 bytes        |
//! qs[j]: bit i is set where weight 8 j + i is not negative
//! ```
//!
//! `x = d` or `-d`. Source: ggml `block_q1_0`.

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

/// 128 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale: the mean magnitude.
    pub d: F16,
    /// Signs, eight a byte.
    pub qs: [u8; 16],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q1_0;
}

scaled!(Block: d);
assert_layout!(Block);
