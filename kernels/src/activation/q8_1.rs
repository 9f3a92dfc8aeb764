//! Q8_1: 32 signed 8-bit codes, a scale, and the scaled sum of the codes; 9 bits a weight. An activation format.
//!
//! ```text
//! byte   0   1   2   3   4 ........................... 35
//!      | d f16 | s f16 | qs: i8 x 32, in order           |
//! ```
//!
//! `x = d * q`, and `s = d * (q0 + .. + q31)` with `d` before its rounding to f16: a minimum of the weights multiplies `s`.
//! Source: ggml `block_q8_1`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout, scaled};
use crate::format::Format;
use crate::numeric::F16;

/// 32 activations.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F16,
    /// Scaled sum of the codes.
    pub s: F16,
    /// Codes.
    pub qs: [i8; 32],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q8_1;
}

scaled!(Block: d);
assert_layout!(Block);
