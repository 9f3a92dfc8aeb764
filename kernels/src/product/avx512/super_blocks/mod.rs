//! Super-blocks of 256 weights times Q8_K.

mod dot;
mod format;
mod integers;
mod kernel;
mod matmul;
mod matvec;

pub(crate) use format::{ByteScales, Scaling, SuperBlock, SuperBlocks};
