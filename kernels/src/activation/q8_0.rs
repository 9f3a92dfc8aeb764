//! Q8_0: 32 signed 8-bit codes and one scale; 8.5 bits a weight. Also an activation format.
//!
//! ```text
//! byte   0   1   2 ........................... 33
//!      | d f16 | qs: i8 x 32, in order           |
//! ```
//!
//! `x = d * q`. Source: ggml `block_q8_0`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout, scaled};
use crate::format::Format;
use crate::numeric::F16;

/// 32 weights.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F16,
    /// Codes, -127 to 127 from a quantizer; -128 is decoded like any other.
    pub qs: [i8; 32],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q8_0;
}

scaled!(Block: d);
assert_layout!(Block);
