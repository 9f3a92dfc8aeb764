//! Super-blocks of 256 weights times Q8_K.

mod dot;
mod format;
mod kernel;
mod matmul;
mod matvec;
mod scaling;

pub(crate) use format::{ByteScales, ByteScalesBlock, HalvesBlock, SuperBlock, SuperBlocks, UnscaledBlock};
pub(crate) use scaling::{Eights, OneScale, Pairs, PairsByBytes};
