//! Products by AVX2.

pub(crate) mod blocks;
pub(crate) mod decode;
pub(crate) mod floats;
pub(crate) mod grid;
mod signed;
pub(crate) mod super_blocks;
mod transpose;
pub(crate) mod unpack;
