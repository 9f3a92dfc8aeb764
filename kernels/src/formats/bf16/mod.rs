//! BF16: the upper half of an f32, unquantized; 16 bits a weight.
//!
//! ```text
//! byte   0   1
//!      | bf16  |
//! ```
//!
//! Its own activation format. Source: ggml `GGML_TYPE_BF16`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout};
use crate::format::Format;
use crate::numeric::Bf16;

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod scalar;

/// One weight.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// The weight.
    pub value: Bf16,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::BF16;
}

assert_layout!(Block);
