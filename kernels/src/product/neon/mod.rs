//! Products by Advanced SIMD: its three backends differ only in how they multiply bytes.

pub(crate) mod blocks;
mod blocks_tile;
pub(crate) mod floats;
pub(crate) mod grid;
pub(crate) mod super_blocks;
mod super_blocks_tile;
pub(crate) mod unpack;
