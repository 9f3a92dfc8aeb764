//! Q8_K: 256 signed 8-bit codes, one scale and the sums of the codes; the activation format of the 256-wide formats.
//!
//! ```text
//! byte   0 ..... 3   4 ............. 259   260 ........... 291
//!      | d f32     | qs: i8 x 256        | bsums: i16 x 16    |
//! bsums[j]: sum of codes 16j to 16j + 15
//! ```
//!
//! `x = d * q`. Source: ggml `block_q8_K`.

use bytemuck::{Pod, Zeroable};

use crate::block::{Block as BlockLayout, assert_layout};
use crate::format::Format;
use crate::numeric::{F32, I16};

/// 256 activations.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Block {
    /// Scale.
    pub d: F32,
    /// Codes, -127 to 127 from a quantizer.
    pub qs: [i8; 256],
    /// Sums of 16 codes each.
    pub bsums: [I16; 16],
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::Q8_K;
}

assert_layout!(Block);
