//! By Advanced SIMD: the same for its three backends but for how they multiply bytes.

pub(crate) mod blocks;
mod blocks_tile;
pub(crate) mod floats;
pub(crate) mod grid;
pub(crate) mod super_blocks;
mod super_blocks_tile;
pub(crate) mod unpack;
