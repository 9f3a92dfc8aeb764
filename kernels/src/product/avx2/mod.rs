//! Products by AVX2.

pub(crate) mod blocks;
pub(crate) mod decode;
mod floats;
pub(crate) mod grid;
pub(crate) mod groups;
pub(crate) mod halves;
mod signed;
pub(crate) mod super_blocks;
pub(crate) mod transpose;
pub(crate) mod unpack;
