//! Q1_0 by AVX2.

mod sign_bits;
mod unpack;

pub(crate) use sign_bits::SignBits as Kernel;
