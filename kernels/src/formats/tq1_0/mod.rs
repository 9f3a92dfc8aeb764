//! TQ1_0: 256 codes of -1, 0, 1 and one scale, five codes a byte; 1.6875 bits a weight.
//!
//! ```text
//! byte   0 ........... 47  48 .... 51  52  53
//!      | qs: 48 bytes    | qh: 4     | d f16 |
//! qs[0..32]: byte m holds weights m, 32 + m, .. 128 + m
//! qs[32..48]: byte m holds weights 160 + m, 176 + m, .. 224 + m
//! qh: byte m holds weights 240 + m, 244 + m, 248 + m, 252 + m
//! ```
//!
//! A byte is ceil(256 / 243 * (five base 3 digits, first weight first)), so that the digits come out of multiplications
//! by 3 from the top. `x = d * (digit - 1)`. Source: ggml `block_tq1_0`.

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
    /// Five codes a byte.
    pub qs: [u8; 48],
    /// Four codes a byte.
    pub qh: [u8; 4],
    /// Scale.
    pub d: F16,
}

impl BlockLayout for Block {
    const FORMAT: Format = Format::TQ1_0;
}

scaled!(Block: d);
assert_layout!(Block);
