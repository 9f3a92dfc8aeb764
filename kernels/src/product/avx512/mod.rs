//! Products by AVX-512.

pub(crate) mod blocks;
mod floats;
pub(crate) mod grid;
pub(crate) mod narrow;
pub(crate) mod strided;
pub(crate) mod super_blocks;
mod transpose;
pub(crate) mod unpack;
